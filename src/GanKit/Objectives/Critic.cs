using static TorchSharp.torch;

namespace GanKit;

/// <summary>A discriminator as the adversarial terms see it: a function of samples, at one scale or several.</summary>
internal sealed class Critic
{
    private readonly Func<Shown, IReadOnlyList<DiscriminatorOutput>> _discriminate;
    private Tensor? _beside; // the samples' condition
    private bool _isSamplewise;
    private List<IReadOnlyList<DiscriminatorOutput>>? _kept;

    /// <summary>A function from samples to logits, which shows nothing else.</summary>
    internal Critic(Func<Tensor, Tensor> whole)
        : this(shown => Guarded.Run("discriminator", null, [("samples", shown.Samples)], () => whole(shown.Samples)))
    {
    }

    private Critic(Func<Shown, Tensor> whole, Func<Shown, IReadOnlyList<DiscriminatorOutput>>? discriminate = null) =>
        (Whole, _discriminate) = (whole, discriminate ?? (shown => [new DiscriminatorOutput(whole(shown), [])]));

    /// <summary>Samples as the discriminator sees them, and their condition.</summary>
    internal sealed record Shown(Tensor Samples, Tensor? Beside);

    /// <summary>The network, where it is one.</summary>
    internal nn.Module? Network { get; private init; }

    /// <summary>From samples to one tensor of logits, for what takes no other, such as regularizers.</summary>
    internal Func<Shown, Tensor> Whole { get; }

    /// <summary>A network, which sees the channels of an input beside those of the samples if there is one.</summary>
    internal static Critic Of(nn.Module<Tensor, Tensor> discriminator, Tensor? input = null, string role = "discriminator")
    {
        ArgumentNullException.ThrowIfNull(discriminator);
        return new(
            shown => Guarded.RequireOneEach(
                role, discriminator, Run(shown, discriminator.call), shown.Samples, orOneOfSeveral: true),
            shown => RequireOneEach(discriminator is IFeatureDiscriminator showing
                ? Run(shown, showing.Discriminate)
                : [new DiscriminatorOutput(Run(shown, discriminator.call), [])], shown.Samples))
        {
            Network = discriminator,
            _beside = input,
            _isSamplewise = Samplewise.Is(discriminator),
        };

        // (B, C_A + C_B, H, W)
        T Run<T>(Shown shown, Func<Tensor, T> call)
            where T : class =>
            Guarded.Run(role, discriminator, [("samples", shown.Samples), ("conditions", shown.Beside)],
                () => call(shown.Beside is null ? shown.Samples : cat([shown.Beside, shown.Samples], 1)));

        IReadOnlyList<DiscriminatorOutput> RequireOneEach(IReadOnlyList<DiscriminatorOutput> outputs, Tensor samples)
        {
            foreach (var output in outputs)
                Guarded.RequireOneEach(role, discriminator, output.Logits, samples, orOneOfSeveral: true);
            return outputs;
        }
    }

    /// <summary>A network that sees conditions as another input.</summary>
    internal static Critic Of(nn.Module<Tensor, Tensor, Tensor> discriminator, Tensor condition) => new(
        shown => Guarded.RequireOneEach(
            "discriminator", discriminator,
            Guarded.Run("discriminator", discriminator, [("samples", shown.Samples), ("conditions", shown.Beside)],
                () => discriminator.call(shown.Samples, shown.Beside!)), shown.Samples, orOneOfSeveral: true))
    {
        Network = discriminator,
        _beside = condition,
    };

    /// <summary>Augments samples, and the picture that they belong to by the same draw.</summary>
    internal Shown Show(Tensor samples, Augmentation? augmentation) => Show(augmentation, samples)[0];

    /// <summary>
    /// The same for both; by one draw where what the discriminator sees in them is going to be compared. Real samples that nothing
    /// asks for are left alone.
    /// </summary>
    internal (Shown Fake, Shown Real) ShowAlike(Tensor fake, Tensor real, Augmentation? augmentation, bool needsReal)
    {
        if (_kept is not null)
            return Show(augmentation, fake, real) is var both ? (both[0], Reference = both[1]) : default;
        return (Show(fake, augmentation), Show(real, needsReal ? augmentation : null));
    }

    /// <summary>The real samples as they were shown along with generated ones.</summary>
    internal Shown? Reference { get; private set; }

    private Shown[] Show(Augmentation? augmentation, params Tensor[] batches)
    {
        if (augmentation is null)
            return [.. batches.Select(samples => new Shown(samples, _beside))];
        using var full = Precision.Float32.Autocast(batches[0].device);
        var isPicture = _beside is { } beside && beside.dim() == 4 && batches[0].dim() == 4
            && beside.shape.AsSpan(2).SequenceEqual(batches[0].shape.AsSpan(2));
        var given = isPicture ? [.. batches, _beside!] : batches;
        var changed = Guarded.Run("augmentation", augmentation, [("samples", batches[0])], () => augmentation.Apply(given));
        if (!changed.Zip(given).All(pair => pair.First.shape.AsSpan().SequenceEqual(pair.Second.shape)) || changed.Count != given.Length)
        {
            throw new InvalidOperationException(
                $"The augmentation made {string.Join(" and ", changed.Select(each => each.Describe()))} of samples "
                + $"{string.Join(" and ", given.Select(each => each.Describe()))}; it has to keep their shapes.");
        }

        return [.. changed.Take(batches.Length).Select(samples => new Shown(samples, isPicture ? changed[^1] : _beside))];
    }

    /// <summary>Keeps from now on what is judged, in this order, so that features need no second pass.</summary>
    internal IReadOnlyList<IReadOnlyList<DiscriminatorOutput>> Keep() => _kept ??= [];

    /// <summary>Each scale's output.</summary>
    internal IReadOnlyList<DiscriminatorOutput> Discriminate(Shown shown)
    {
        var outputs = _discriminate(shown);
        if (outputs.Count == 0)
        {
            throw new InvalidOperationException(
                $"The discriminator's {nameof(IFeatureDiscriminator.Discriminate)} gave no output; it has to give one for "
                + "each scale, and at least one.");
        }

        return outputs;
    }

    /// <summary>Each scale's logits, in no less than 32 bits.</summary>
    internal IReadOnlyList<Tensor> Logits(Shown shown)
    {
        var outputs = Discriminate(shown);
        if (_kept is not null)
            _kept.Add(outputs);
        else
            Free(outputs);
        return [.. outputs.Select(output => output.Logits.InSinglePrecision())];
    }

    /// <summary>
    /// Each scale's logits of real and of generated samples, as <see cref="Logits"/> of one and then the other: in one
    /// forward pass where the discriminator treats each sample by itself, so that it makes no difference.
    /// </summary>
    internal (IReadOnlyList<Tensor> Real, IReadOnlyList<Tensor> Fake) LogitsOfBoth(Shown real, Shown fake, bool fakeFirst)
    {
        if (!_isSamplewise || _kept is not null || real.Samples.shape[0] != fake.Samples.shape[0]
            || !Samplewise.Fit(real.Samples, fake.Samples))
        {
            var early = fakeFirst ? Logits(fake) : null;
            var realLogits = Logits(real);
            return (realLogits, early ?? Logits(fake));
        }

        var outputs = Discriminate(new(
            cat([real.Samples, fake.Samples]), real.Beside is null ? null : cat([real.Beside, fake.Beside!])));
        Free(outputs);
        var halves = outputs.Select(output => Samplewise.Split(output.Logits.InSinglePrecision(), [real.Samples, fake.Samples]))
            .ToArray();
        // Copies, since a loss may write to its logits, and may not to halves of one tensor.
        return ([.. halves.Select(half => half[0].clone())], [.. halves.Select(half => half[1].clone())]);
    }

    // The graph holds those that it needs, and no longer than it needs them.
    private static void Free(IReadOnlyList<DiscriminatorOutput> outputs)
    {
        foreach (var feature in outputs.SelectMany(output => output.Features))
            feature.Dispose();
    }
}
