using static TorchSharp.torch;

namespace GanKit;

/// <summary>A discriminator as the adversarial terms see it: a function of samples, at one scale or several.</summary>
internal sealed class Critic
{
    private readonly Func<Tensor, IReadOnlyList<Judgement>> _judge;
    private List<IReadOnlyList<Judgement>>? _kept;

    /// <summary>A function from samples to logits, which shows nothing else.</summary>
    internal Critic(Func<Tensor, Tensor> whole)
        : this(whole, samples => [new Judgement(whole(samples), [])])
    {
    }

    private Critic(Func<Tensor, Tensor> whole, Func<Tensor, IReadOnlyList<Judgement>> judge) => (Whole, _judge) = (whole, judge);

    /// <summary>From samples to one tensor of logits, for what takes no other, such as regularizers.</summary>
    internal Func<Tensor, Tensor> Whole { get; }

    /// <summary>A network, which sees the channels of an input beside those of the samples if there is one.</summary>
    internal static Critic Of(nn.Module<Tensor, Tensor> discriminator, Tensor? input = null)
    {
        ArgumentNullException.ThrowIfNull(discriminator);
        return discriminator is IFeatureDiscriminator showing
            ? new(samples => discriminator.call(Seen(samples)), samples => showing.Judge(Seen(samples)))
            : new(samples => discriminator.call(Seen(samples)));

        Tensor Seen(Tensor samples) => input is null ? samples : cat([input, samples], 1); // (B, C_A + C_B, H, W)
    }

    /// <summary>Keeps from now on what is judged, in this order, so that features need no second pass.</summary>
    internal IReadOnlyList<IReadOnlyList<Judgement>> Keep() => _kept ??= [];

    /// <summary>Each scale's judgement.</summary>
    internal IReadOnlyList<Judgement> Judge(Tensor samples)
    {
        var judgements = _judge(samples);
        if (judgements.Count == 0)
            throw new InvalidOperationException($"The discriminator's {nameof(IFeatureDiscriminator.Judge)} gave no judgement; it has to give one for each scale, and at least one.");
        return judgements;
    }

    /// <summary>Each scale's logits, in no less than 32 bits.</summary>
    internal IReadOnlyList<Tensor> Logits(Tensor samples)
    {
        var judgements = Judge(samples);
        if (_kept is not null)
            _kept.Add(judgements);
        else
            Free(judgements);
        return [.. judgements.Select(judgement => judgement.Logits.InSinglePrecision())];
    }

    // The graph holds those that it needs, and no longer than it needs them.
    private static void Free(IReadOnlyList<Judgement> judgements)
    {
        foreach (var feature in judgements.SelectMany(judgement => judgement.Features))
            feature.Dispose();
    }
}
