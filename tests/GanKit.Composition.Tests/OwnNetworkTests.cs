namespace Composition;

/// <summary>A block of a user's own, made of TorchSharp's layers and GanKit's: half of the maps says how much of the other half passes.</summary>
internal sealed class GatedBlock : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> _content, _gate;

    public GatedBlock(long channels, Norm norm) : base(nameof(GatedBlock))
    {
        _content = Sequential(Conv2d(channels, channels, 3, padding: 1L), norm.Create(channels), LeakyReLU(0.2));
        _gate = Sequential(Conv2d(channels, channels, 3, padding: 1L), Sigmoid());
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var content = _content.call(input);
        using var gate = _gate.call(input);
        return content * gate;
    }
}

/// <summary>Latents to pictures (B, 3, 16, 16).</summary>
internal sealed class GatedGenerator : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> _start, _body;

    public GatedGenerator(long latentSize, long width = 8) : base(nameof(GatedGenerator))
    {
        // A normalisation of one's own: nothing in the library knows its name.
        var quick = new Norm("Quick", channels => BatchNorm2d(channels, momentum: 0.5), removesChannelMean: true);
        _start = Linear(latentSize, width * 4 * 4);
        _body = Sequential(
            new SnganGeneratorBlock(width, width), new PixelNorm(), new GatedBlock(width, quick),
            ConvTranspose2d(width, 3, 4, stride: 2, padding: 1), Tanh());
        RegisterComponents();
    }

    public override Tensor forward(Tensor latents)
    {
        using var flat = _start.call(latents);
        using var maps = flat.reshape(flat.shape[0], -1, 4, 4); // (B, width, 4, 4)
        return _body.call(maps);                                // (B, 3, 16, 16)
    }
}

/// <summary>Pictures (B, 3, 16, 16) to logits (B), spectrally normalised.</summary>
internal sealed class GatedDiscriminator : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> _maps, _logit;

    public GatedDiscriminator(long width = 8) : base(nameof(GatedDiscriminator))
    {
        _maps = Sequential(
            new SpectralNormConv2d(3, width, 4, stride: 2, padding: 1), LeakyReLU(0.2), new GatedBlock(width, Norm.None),
            new MinibatchStdDev(groupSize: 2));
        _logit = new SpectralNormLinear((width + 1) * 8 * 8, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor images)
    {
        using var maps = _maps.call(images);  // (B, width + 1, 8, 8)
        using var flat = maps.flatten(1);
        using var logits = _logit.call(flat); // (B, 1)
        return logits.squeeze(1);             // (B)
    }
}

/// <summary>A layer with its weight under a name that no initialiser could know, were it not told.</summary>
internal sealed class ScaledLinear : Module<Tensor, Tensor>, IInitializable
{
    private readonly TorchSharp.Modules.Parameter _matrix;

    public ScaledLinear(long inputs, long outputs) : base(nameof(ScaledLinear))
    {
        _matrix = new TorchSharp.Modules.Parameter(zeros(outputs, inputs));
        RegisterComponents();
    }

    public int TimesInitialized { get; private set; }

    public TorchSharp.Modules.Parameter WeightToInitialize => _matrix;

    public TorchSharp.Modules.Parameter? BiasToInitialize => null;

    public void OnInitialized() => TimesInitialized++;

    public override Tensor forward(Tensor input) => functional.linear(input, _matrix);
}

/// <summary>Fills every convolution with one number, and leaves all else alone.</summary>
internal sealed class ConstantInitializer(double value) : IInitializer
{
    public void InitializeLayer(Module layer, Generator? generator)
    {
        if (layer is TorchSharp.Modules.Conv2d convolution)
            convolution.weight.fill_(value);
    }
}

public class OwnNetworkTests
{
    [Fact]
    public void NetworksOfOwnBlocks_InTheShippedTrainer_LearnInEveryPart()
    {
        manual_seed(1);
        var generator = new GatedGenerator(latentSize: 8);
        var discriminator = new GatedDiscriminator();
        using var trainer = AdversarialTrainer.Create(
            generator, discriminator, new UnconditionalObjective(latentSize: 8, AdversarialLoss.Hinge, new R1Penalty(interval: 2)));
        using var before = new Weights(generator, discriminator);

        trainer.Fit(Shapes.Load(count: 16, size: 16, channels: 3).Batches(batchSize: 4), steps: 4);

        Assert.Empty(before.Unchanged());
        using var samples = trainer.Sample(3, seed: 1);
        Assert.Equal([3, 3, 16, 16], samples.shape);
    }

    [Fact]
    public void Weights_OfAnOwnNetwork_GoToPyTorchsFormatAndBack()
    {
        using var folder = new TemporaryFolder();
        manual_seed(1);
        using var saved = new GatedGenerator(latentSize: 8);
        using var loaded = new GatedGenerator(latentSize: 8);
        saved.SaveWeights(folder.File("generator.pth"));

        loaded.LoadWeights(folder.File("generator.pth"));

        using var latents = randn(2, 8);
        TensorAssert.Equal(saved.call(latents).detach(), loaded.call(latents).detach());
    }

    [Fact]
    public void Initializer_OfOnesOwn_ReachesConvolutionsInsideShippedBlocks()
    {
        using var network = Sequential(Conv2d(1, 2, 3), Norm.Batch.Create(2), new SnganImageBlock(2, 2, spectralNorm: false));

        network.Initialize(new ConstantInitializer(0.25));

        var convolutions = network.named_parameters().Where(entry => entry.parameter.dim() == 4).ToArray();
        Assert.Equal(4, convolutions.Length);
        Assert.All(convolutions, entry => TensorAssert.Equal(full_like(entry.parameter, 0.25), entry.parameter.detach()));
        Assert.Contains(network.named_parameters(), entry => entry.parameter.dim() == 1 && entry.parameter.min().item<float>() == 1);
    }

    [Fact]
    public void Initializer_OfTheCatalogue_FillsAnOwnLayerThatSaysHow()
    {
        using var layer = new ScaledLinear(64, 64);
        using var network = Sequential(layer, Tanh());

        network.Initialize(Initializer.Orthogonal());

        using var product = layer.WeightToInitialize.matmul(layer.WeightToInitialize.t()).detach();
        TensorAssert.Close(eye(64), product, absolute: 1e-4);
        Assert.Equal(1, layer.TimesInitialized);
    }
}
