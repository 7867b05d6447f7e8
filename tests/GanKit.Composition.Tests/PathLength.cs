namespace Composition;

/// <summary>A generator in two halves, from latents to styles and from styles to pictures.</summary>
internal sealed class StyledGenerator : Module<Tensor, Tensor>
{
    public StyledGenerator() : base(nameof(StyledGenerator)) => RegisterComponents();

    public TorchSharp.Modules.Linear Mapping { get; } = Linear(3, 4, dtype: float64);

    public TorchSharp.Modules.Linear Synthesis { get; } = Linear(4, 6, dtype: float64);

    public Tensor Map(Tensor latents) => functional.leaky_relu(Mapping.call(latents), 0.2); // (B, 4)

    public Tensor Synthesize(Tensor styles) => Synthesis.call(styles).tanh().view(-1, 1, 2, 3);

    public override Tensor forward(Tensor latents) => Synthesize(Map(latents));
}

/// <summary>StyleGAN2's penalty: a step in styles shall change pictures by the same length everywhere (Karras et al. 2020).</summary>
internal sealed class PathLength(Latent latent, Func<Tensor, Tensor> noise, double weight = 2, int interval = 4) : IGeneratorRegularizer
{
    private readonly Tensor _mean = zeros([], dtype: float64); // of all lengths so far

    public string Name => "path_length";

    public double Weight => weight;

    public int Interval => interval;

    public List<long> Steps { get; } = [];

    public Tensor Penalty(Module generator, Batch batch, StepContext context)
    {
        Steps.Add(context.GeneratorStep);
        using var scope = NewDisposeScope();
        var styled = (StyledGenerator)generator;
        var styles = styled.Map(latent.SampleFor(generator, Math.Max(1, batch.Size / 2), context.Device));
        var pictures = styled.Synthesize(styles);
        var directions = noise(pictures) / Math.Sqrt(pictures.shape[2] * pictures.shape[3]);
        var lengths = CriticGradient.Of((pictures * directions).sum(), styles).square().sum(1).sqrt(); // (B)
        using (no_grad())
            _mean.lerp_(lengths.mean(), 0.01);
        return (lengths - _mean).square().mean().MoveToOuterDisposeScope();
    }
}
