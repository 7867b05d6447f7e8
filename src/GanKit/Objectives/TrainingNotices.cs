using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// Likely mistakes that are no errors, each reported once. They are looked for in the first step, and where values are read anyway.
/// </summary>
internal sealed class TrainingNotices : IDisposable, IStateful
{
    private const long LongEnough = 100; // steps, from the first to the last
    private const int OftenEnough = 5; // looks at outputs, which by themselves say little
    private const int MostLooksAtZero = 200; // each waits for the device
    private const float BrightestOfNormalized = 16; // far beyond what normalised pictures reach, and dark for bytes
    private const float Brightest = ushort.MaxValue;
    private const long FewestNumbers = 64; // of a sample that may be a picture

    // Metrics may be read on another thread than the one that trains.
    private readonly Lock _lock = new(); // of both streaks
    private readonly Notices _notices = new();
    private readonly Streak _zeroLoss = new(fewestLooks: 1);
    private readonly Streak _shares = new(OftenEnough);
    private (Tensor AreShares, string Name, IAdversarialLoss Loss)? _outputs; // of the step that runs
    private long _zeroTerms;

    /// <summary>The reports, the first first. Any thread may read them.</summary>
    internal IReadOnlyList<string> Said => _notices.Said;

    /// <summary>One more, unless it is there already.</summary>
    internal void Add(string text) => Say(text, text);

    /// <summary>Whether the step that runs is the first.</summary>
    internal bool IsFirst { get; set; } = true;

    /// <summary>Whether values of the step that runs are going to be read.</summary>
    internal bool IsRead { get; set; }

    /// <summary>Data of 0 to 255, which a generator that ends in tanh never makes.</summary>
    internal void LookAtData(string what, Tensor? data)
    {
        if (!IsFirst || data is null || data.device_type == TorchSharp.DeviceType.META || !data.is_floating_point()
            || data.dim() < 2 || data.numel() / data.size(0) < FewestNumbers)
            return;
        using var scope = NewDisposeScope();
        var (least, most) = (data.min().to(float32).item<float>(), data.max().to(float32).item<float>());
        if (least >= 0 && most is > BrightestOfNormalized and <= Brightest)
        {
            Say($"data of {what}", FormattableString.Invariant($"The batch's {what} have values from {least:G6} to {most:G6}, where ")
                + "networks of GanKit, and others that end in tanh, make values from -1 to 1, and any discriminator tells them apart by "
                + $"that. Bring bytes to that range: {what} / 127.5 - 1. Images.Read and the loaders of GanKit do so themselves.");
        }
    }

    /// <summary>Outputs of a sigmoid, where a loss takes logits.</summary>
    internal void LookAtLogits(
        IAdversarialLoss loss, nn.Module? discriminator, IReadOnlyList<Tensor> real, IReadOnlyList<Tensor> fake)
    {
        // Of the library's losses, least squares takes any numbers. The inputs of a user's loss are unknown.
        if ((!IsFirst && !IsRead) || loss is LeastSquaresLoss || loss.GetType().Assembly != typeof(TrainingNotices).Assembly
            || IsKnown(nameof(Sigmoid)) || real[0].device_type == TorchSharp.DeviceType.META)
            return;
        var name = discriminator?.GetType().Name ?? "discriminator";
        var last = IsFirst && discriminator is not null ? FindLast(discriminator) : null;
        if (last is { IsSure: true, Module: Sigmoid })
        {
            SaySigmoid($"The discriminator {name} ends in a sigmoid", loss);
            return;
        }

        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var all = cat([.. real.Concat(fake).Select(logits => logits.detach().flatten())]);
        var inRange = (all >= 0).all() & (all <= 1).all();
        if (last is { Module: Sigmoid })
        {
            if (inRange.item<bool>())
                SaySigmoid($"The discriminator {name} has a sigmoid as its last layer, and its outputs are in [0, 1]", loss);
        }
        else if (IsRead && loss is not (WassersteinLoss or RelativisticAverageLoss)) // whose logits may be anywhere: only differences count
        {
            var share = inRange & (all < 0.5).any() & (all > 0.5).any();
            if (_outputs is { } others)
                share &= others.AreShares;
            Dispose();
            _outputs = (share.DetachFromDisposeScope(), name, loss);
        }
    }

    /// <summary>A term that trains nothing.</summary>
    internal void LookAtTerms(string network, LossTerms terms)
    {
        foreach (var term in terms)
        {
            var key = $"term {network}/{term.Name}";
            if (term.Weight == 0 || term.Value.requires_grad || term.Value.device_type == TorchSharp.DeviceType.META || IsKnown(key)
                || (_zeroTerms >= MostLooksAtZero && !IsRead))
                continue;
            using var value = term.Value.detach();
            using var number = value.to(float32);
            if (number.item<float>() == 0) // which some are on purpose, while they are not due
            {
                _zeroTerms++;
            }
            else
            {
                Say(key, $"The {network}'s loss has the term '{term.Name}' that depends on none of the {network}'s "
                    + "weights, and so changes nothing: it was computed without gradients, or from something detached. A penalty on "
                    + "gradients needs create_graph: true; CriticGradient.At has it.");
            }
        }
    }

    /// <summary>A discriminator's loss that stays at 0, which teaches nothing. Called whenever metrics are read.</summary>
    internal void LookAtMetrics(long step, IReadOnlyDictionary<string, double> metrics)
    {
        if (metrics.TryGetValue("discriminator", out var loss) && Lasts(_zeroLoss, step, loss == 0) is not null)
        {
            Say("zero", $"The discriminator's loss was exactly 0 whenever it was read in the last {LongEnough} steps, by step {step}: it wins, "
                + "and neither network learns. Slow it down (DiscriminatorLearningRate), take another loss, or see the troubleshooting guide "
                + "on 'D at 0.000'.");
        }
    }

    /// <summary>Ends a step whose values were read.</summary>
    internal void EndRead(long step)
    {
        if (_outputs is { } outputs && Lasts(_shares, step, outputs.AreShares.item<bool>()) is var (looks, steps))
        {
            SaySigmoid($"All outputs of the discriminator {outputs.Name} were in [0, 1] each time they were looked at, {looks} times in "
                + $"{steps} steps, as if it ended in a sigmoid", outputs.Loss);
        }

        Dispose();
    }

    /// <summary>The reports, and for how long each suspicion has held.</summary>
    public void VisitState(StateVisitor visitor)
    {
        List<string> known = [.. _notices.Known], said = [.. _notices.Said];
        visitor.Texts("known", known);
        visitor.Texts("said", said);
        visitor.Value("zero_terms", ref _zeroTerms, least: 0);
        if (visitor.IsLoading)
            _notices.Restore(known, said);
        lock (_lock)
        {
            visitor.Part("zero_loss", _zeroLoss);
            visitor.Part("shares", _shares);
        }
    }

    /// <summary>Frees what a step left.</summary>
    public void Dispose()
    {
        _outputs?.AreShares.Dispose();
        _outputs = null;
    }

    private void SaySigmoid(string what, IAdversarialLoss loss) => Say(nameof(Sigmoid), $"{what}, but {loss.GetType().Name} takes logits: "
        + "two sigmoids in a row, or bounded numbers where none are expected, leave little to learn from. Remove the sigmoid.");

    private void Say(string key, string text) => _notices.Say(key, text);

    private bool IsKnown(string key) => _notices.IsKnown(key);

    private (long Looks, long Steps)? Lasts(Streak streak, long step, bool isSo)
    {
        lock (_lock)
            return streak.Lasts(step, isSo);
    }

    // Of a Sequential the last layer computes last; of another network it is but likely.
    private static (nn.Module Module, bool IsSure)? FindLast(nn.Module network)
    {
        var isSure = true;
        while (network.named_children().LastOrDefault(child => child.module is not (Flatten or Identity)) is { module: { } last })
            (network, isSure) = (last, isSure && network is Sequential);
        return (network, isSure);
    }

    /// <summary>Whether something was so at each look, often and for long enough: how often, and in how many steps.</summary>
    private sealed class Streak(int fewestLooks) : IStateful
    {
        private (long First, long Last, long Looks)? _since;

        public void VisitState(StateVisitor visitor)
        {
            var (first, last, looks) = _since ?? default;
            visitor.Value("first", ref first);
            visitor.Value("last", ref last);
            visitor.Value("looks", ref looks, least: 0);
            _since = looks > 0 ? (first, last, looks) : null;
        }

        internal (long Looks, long Steps)? Lasts(long step, bool isSo)
        {
            var (first, last, looks) = _since ?? (step, step - 1, 0L);
            _since = isSo ? (first, step, step == last ? looks : looks + 1) : null; // a step's values may be read again
            return _since is { } now && now.Looks >= fewestLooks && step - now.First >= LongEnough - 1
                ? (now.Looks, step - now.First + 1) : null;
        }
    }
}
