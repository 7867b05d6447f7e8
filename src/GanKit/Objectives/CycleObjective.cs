using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// Translation learned without pairs (CycleGAN): two generators, A to B and B to A, learn to make images that the other domain's
/// discriminator takes for real, and to invert each other.
/// </summary>
/// <remarks>
/// <c>L_G = L(D_B(G(A))) + L(D_A(F(B))) + λ · (E[|F(G(A)) - A|] + E[|G(F(B)) - B|]) + λ · ι · (E[|G(B) - B|] + E[|F(A)
/// - A|])</c>, and each discriminator learns with half weight from real images and from a pool of earlier fakes.
/// Batches have A as <see cref="Batch.Condition"/> and B as <see cref="Batch.Real"/>, of equal number and with nothing
/// else in common. The defaults are CycleGAN's; its trainer goes generator first: <c>TrainerOptions.CycleGan</c>.
/// <para>
/// The pools hold images between steps, so an objective is for one trainer, which disposes it. Zhu, Park, Isola, Efros:
/// Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks, ICCV 2017, arXiv:1703.10593.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// using var trainer = AdversarialTrainer.Create(
///     new CyclePair&lt;ResnetGenerator&gt;(() => new ResnetGenerator(blocks: 9)),
///     new DomainPair&lt;PatchDiscriminator&gt;(() => new PatchDiscriminator(inChannels: 3, norm: Norm.Instance)),
///     new CycleObjective(),
///     TrainerOptions.CycleGan);
/// </code>
/// </example>
public sealed class CycleObjective : Objective<CyclePair, DomainPair, CycleFakes>, IPreviewer<CyclePair>, IDisposable
{
    private ImagePool? _poolA;
    private ImagePool? _poolB;

    /// <summary>The adversarial loss; <see cref="AdversarialLoss.LeastSquares"/>, CycleGAN's.</summary>
    public IAdversarialLoss Loss { get; init => field = Given.NotNull(value); } = AdversarialLoss.LeastSquares;

    /// <summary>How far images are from what they should be; <see cref="ReconstructionLoss.L1"/>.</summary>
    public IReconstructionLoss Reconstruction { get; init => field = Given.NotNull(value); } = ReconstructionLoss.L1;

    /// <summary>λ, the weight of both cycles unless one has its own, at least 0; 10.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double CycleWeight
    {
        get;
        init => field = ObjectiveGuard.RequireWeight(value);
    } = 10;

    /// <summary>λ of the cycle that begins with A, where it differs.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double? CycleWeightA
    {
        get;
        init => field = value is { } weight ? ObjectiveGuard.RequireWeight(weight) : null;
    }

    /// <summary>λ of the cycle that begins with B, where it differs.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double? CycleWeightB
    {
        get;
        init => field = value is { } weight ? ObjectiveGuard.RequireWeight(weight) : null;
    }

    /// <summary>
    /// ι, the weight of leaving images of the target domain alone, as a share of the cycles' weights, at least 0; 0.5.
    /// With 0 the generators do not run on them, which saves a third of their work.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double IdentityWeight
    {
        get;
        init => field = ObjectiveGuard.RequireWeight(value);
    } = 0.5;

    /// <summary>The weight of each discriminator's loss, at least 0; 0.5.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double DiscriminatorWeight
    {
        get;
        init => field = ObjectiveGuard.RequireWeight(value);
    } = 0.5;

    /// <summary>Earlier fakes kept for each discriminator, at least 0; 50. With 0 it sees the newest.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int PoolSize
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 50;

    /// <summary>Makes the choices of the pools repeatable; by default a fresh one.</summary>
    public long? PoolSeed { get; init; }

    /// <summary>Penalties on each discriminator; none.</summary>
    public IReadOnlyList<IRegularizer> Regularizers { get; init => field = Given.NotNull(value); } = [];

    /// <summary>Decides in tests what the pools of fakes of A and of B do.</summary>
    internal (Random A, Random B)? PoolChoices { get; init; }

    private ImagePool PoolA => _poolA ??= new ImagePool(PoolSize, PoolChoices?.A ?? Choices(1));

    private ImagePool PoolB => _poolB ??= new ImagePool(PoolSize, PoolChoices?.B ?? Choices(0));

    /// <inheritdoc/>
    public override void VisitState(StateVisitor visitor)
    {
        base.VisitState(visitor);
        visitor.Part("pool_A", PoolA);
        visitor.Part("pool_B", PoolB);
        visitor.Part("loss", Loss);
        visitor.Part("reconstruction", Reconstruction);
        visitor.Parts("regularizers", Regularizers);
    }

    /// <summary>Frees the pools. The trainer does so when it is disposed.</summary>
    public void Dispose()
    {
        _poolA?.Dispose();
        _poolB?.Dispose();
    }

    /// <summary>Draws A, A as B, A again; and B, B as A, B again.</summary>
    /// <inheritdoc/>
    public IReadOnlyList<PreviewRow> Preview(CyclePair generator, PreviewContext context)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(context);
        var (a, b) = (ObjectiveGuard.RequireInput(context.Batch, nameof(CycleObjective)), context.Batch.Real);
        var (asB, asA) = (CallAToB(generator, a), CallBToA(generator, b));
        return
        [
            new("A", a.alias()), new("A as B", asB), new("A again", CallBToA(generator, asB)),
            new("B", b.alias()), new("B as A", asA), new("B again", CallAToB(generator, asA)),
        ];
    }

    /// <inheritdoc/>
    protected override CycleFakes Generate(CyclePair generator, Batch batch, StepContext context)
    {
        ArgumentNullException.ThrowIfNull(generator);
        var a = ObjectiveGuard.RequireInput(batch, nameof(CycleObjective));
        if (Samplewise.Is(generator) && Samplewise.Fit(a, batch.Real))
            return GenerateTogether(generator, a, batch.Real);
        var b = CallAToB(generator, a);
        var cycledA = CallBToA(generator, b);
        var fakeA = CallBToA(generator, batch.Real);
        return new CycleFakes(b, cycledA, fakeA, CallAToB(generator, fakeA));
    }

    /// <summary>The same in as few passes as there can be: three, where one by one there are six.</summary>
    private CycleFakes GenerateTogether(CyclePair generator, Tensor a, Tensor b)
    {
        if (IdentityWeight == 0 || !is_grad_enabled()) // no identity loss will be computed
        {
            var madeB = CallAToB(generator, a);
            var made = Run(generator.BToA, input => CallBToA(generator, input), b, madeB);
            return new CycleFakes(madeB, made[1], made[0], CallAToB(generator, Samplewise.For(generator.AToB, made[0])));
        }

        var toB = Run(generator.AToB, input => CallAToB(generator, input), a, b);
        var toA = Run(generator.BToA, input => CallBToA(generator, input), b, a, toB[0]);
        return new CycleFakes(toB[0], toA[2], toA[0], CallAToB(generator, Samplewise.For(generator.AToB, toA[0])))
        {
            Identities = (toB[1], toA[1]),
        };

        // Generated images may have fewer bits, or another size where a network rounds it.
        static Tensor[] Run(nn.Module network, Func<Tensor, Tensor> call, params Tensor[] batches)
        {
            var (first, last) = (batches[0], batches[^1].to_type(batches[0].dtype));
            return Samplewise.Fit(first, last)
                ? Samplewise.Run(call, [.. batches.SkipLast(1), last])
                : [.. Samplewise.Run(call, [.. batches.SkipLast(1)]), call(Samplewise.For(network, last))];
        }
    }

    private static Tensor CallAToB(CyclePair pair, Tensor pictures) =>
        ObjectiveGuard.Translate(pair.AToB, pictures, "generator from A to B", "pictures");

    private static Tensor CallBToA(CyclePair pair, Tensor pictures) =>
        ObjectiveGuard.Translate(pair.BToA, pictures, "generator from B to A", "pictures");

    /// <inheritdoc/>
    protected override LossTerms DiscriminatorLoss(
        DomainPair discriminator, Batch batch, CycleFakes fakes, StepContext context)
    {
        ArgumentNullException.ThrowIfNull(discriminator);
        ArgumentNullException.ThrowIfNull(fakes);
        return Learn(discriminator.B, batch.Real, PoolB.Exchange(Samplewise.For(discriminator.B, fakes.B)), "_B")
            .Add(Learn(discriminator.A, batch.Condition!, PoolA.Exchange(Samplewise.For(discriminator.A, fakes.A)), "_A"));

        LossTerms Learn(nn.Module<Tensor, Tensor> critic, Tensor real, Tensor fake, string suffix) =>
            AdversarialTerms.ForDiscriminator(
            Loss, Regularizers, Critic.Of(critic, role: "discriminator of " + suffix[1..]), real, fake, context, DiscriminatorWeight, suffix);
    }

    /// <inheritdoc/>
    protected override LossTerms GeneratorLoss(
        CyclePair generator, DomainPair discriminator, Batch batch, CycleFakes fakes, StepContext context)
    {
        ArgumentNullException.ThrowIfNull(discriminator);
        ArgumentNullException.ThrowIfNull(fakes);
        var (a, b) = (batch.Condition!, batch.Real);
        var terms = Deceive(discriminator.B, b, fakes.B, "_B").Add(Deceive(discriminator.A, a, fakes.A, "_A"));
        var (weightA, weightB) = (CycleWeightA ?? CycleWeight, CycleWeightB ?? CycleWeight);
        Hold("cycle_A", fakes.CycledA, a, weightA);
        Hold("cycle_B", fakes.CycledB, b, weightB);
        if (IdentityWeight > 0)
        {
            Hold("identity_B", fakes.Identities?.B ?? CallAToB(generator, b), b, weightB * IdentityWeight);
            Hold("identity_A", fakes.Identities?.A ?? CallBToA(generator, a), a, weightA * IdentityWeight);
        }

        return terms;

        LossTerms Deceive(nn.Module<Tensor, Tensor> critic, Tensor real, Tensor fake, string suffix) =>
            AdversarialTerms.ForGenerator(Loss, Critic.Of(critic, role: "discriminator of " + suffix[1..]), real, Samplewise.For(critic, fake), context, suffix: suffix);

        void Hold(string name, Tensor output, Tensor target, double weight) =>
            terms.Add(name, ObjectiveGuard.Distance(Reconstruction, Samplewise.For(Reconstruction, output), target), weight);
    }

    private SeededRandom Choices(int number) => new SeededRandom(PoolSeed ?? SeededRandom.FreshSeed(), number);
}
