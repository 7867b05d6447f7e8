using static TorchSharp.torch;

namespace GanKit;

/// <summary>A discriminator as the adversarial terms see it: a function of samples, at one scale or several.</summary>
internal sealed class Critic
{
    private readonly Func<Tensor, IReadOnlyList<Judgement>> _judge;
    private readonly Func<Tensor, IReadOnlyList<Judgement>>? _judgeTwice;
    private List<IReadOnlyList<Judgement>>? _kept;

    /// <summary>A function from samples to logits, which shows nothing else.</summary>
    internal Critic(Func<Tensor, Tensor> whole)
        : this(Named(whole), samples => [new Judgement(Named(whole)(samples), [])])
    {
    }

    private Critic(
        Func<Tensor, Tensor> whole, Func<Tensor, IReadOnlyList<Judgement>> judge,
        Func<Tensor, IReadOnlyList<Judgement>>? judgeTwice = null) =>
        (Whole, _judge, _judgeTwice) = (whole, judge, judgeTwice);

    /// <summary>The network, where it is one.</summary>
    internal nn.Module? Network { get; private init; }

    /// <summary>From samples to one tensor of logits, for what takes no other, such as regularizers.</summary>
    internal Func<Tensor, Tensor> Whole { get; }

    /// <summary>A network, which sees the channels of an input beside those of the samples if there is one.</summary>
    internal static Critic Of(nn.Module<Tensor, Tensor> discriminator, Tensor? input = null, string role = "discriminator")
    {
        ArgumentNullException.ThrowIfNull(discriminator);
        return new(
            samples => Guarded.RequireOneEach(
                role, discriminator, Run(input, samples, discriminator.call), samples, orOneOfSeveral: true),
            samples => RequireOneEach(Judge(input, samples), samples),
            Samplewise.Is(discriminator) ? samples => Judge(input is null ? null : cat([input, input]), samples) : null)
        {
            Network = discriminator,
        };

        IReadOnlyList<Judgement> Judge(Tensor? beside, Tensor samples) => discriminator is IFeatureDiscriminator showing
            ? Run(beside, samples, showing.Judge)
            : [new Judgement(Run(beside, samples, discriminator.call), [])];

        // (B, C_A + C_B, H, W)
        T Run<T>(Tensor? beside, Tensor samples, Func<Tensor, T> call)
            where T : class =>
            Guarded.Run(role, discriminator, [("samples", samples), ("conditions", beside)],
                () => call(beside is null ? samples : cat([beside, samples], 1)));

        IReadOnlyList<Judgement> RequireOneEach(IReadOnlyList<Judgement> judgements, Tensor samples)
        {
            foreach (var judgement in judgements)
                Guarded.RequireOneEach(role, discriminator, judgement.Logits, samples, orOneOfSeveral: true);
            return judgements;
        }
    }

    /// <summary>A network that sees conditions as another input.</summary>
    internal static Critic Of(nn.Module<Tensor, Tensor, Tensor> discriminator, Tensor condition)
    {
        return new(Whole) { Network = discriminator };

        Tensor Whole(Tensor samples) => Guarded.RequireOneEach(
            "discriminator", discriminator,
            Guarded.Run("discriminator", discriminator, [("samples", samples), ("conditions", condition)],
                () => discriminator.call(samples, condition)), samples, orOneOfSeveral: true);
    }

    /// <summary>Keeps from now on what is judged, in this order, so that features need no second pass.</summary>
    internal IReadOnlyList<IReadOnlyList<Judgement>> Keep() => _kept ??= [];

    /// <summary>Each scale's judgement.</summary>
    internal IReadOnlyList<Judgement> Judge(Tensor samples) => Judge(samples, _judge);

    private static IReadOnlyList<Judgement> Judge(Tensor samples, Func<Tensor, IReadOnlyList<Judgement>> judge)
    {
        var judgements = judge(samples);
        if (judgements.Count == 0)
        {
            throw new InvalidOperationException(
                $"The discriminator's {nameof(IFeatureDiscriminator.Judge)} gave no judgement; it has to give one for "
                + "each scale, and at least one.");
        }

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

    /// <summary>
    /// Each scale's logits of real and of generated samples, as <see cref="Logits"/> of one and then the other: in one
    /// forward pass where the discriminator treats each sample by itself, so that it makes no difference.
    /// </summary>
    internal (IReadOnlyList<Tensor> Real, IReadOnlyList<Tensor> Fake) LogitsOfBoth(Tensor real, Tensor fake, bool fakeFirst)
    {
        if (_judgeTwice is null || _kept is not null || real.shape[0] != fake.shape[0] || !Samplewise.Fit(real, fake))
        {
            var early = fakeFirst ? Logits(fake) : null;
            var realLogits = Logits(real);
            return (realLogits, early ?? Logits(fake));
        }

        var judgements = Judge(cat([real, fake]), _judgeTwice);
        Free(judgements);
        var halves = judgements.Select(judgement => Samplewise.Split(judgement.Logits.InSinglePrecision(), [real, fake]))
            .ToArray();
        // Copies, since a loss may write to its logits, and may not to halves of one tensor.
        return ([.. halves.Select(half => half[0].clone())], [.. halves.Select(half => half[1].clone())]);
    }

    private static Func<Tensor, Tensor> Named(Func<Tensor, Tensor> whole) =>
        samples => Guarded.Run("discriminator", null, [("samples", samples)], () => whole(samples));

    // The graph holds those that it needs, and no longer than it needs them.
    private static void Free(IReadOnlyList<Judgement> judgements)
    {
        foreach (var feature in judgements.SelectMany(judgement => judgement.Features))
            feature.Dispose();
    }
}
