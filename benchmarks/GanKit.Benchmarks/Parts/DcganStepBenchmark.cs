using BenchmarkDotNet.Attributes;
using GanKit.Data;
using GanKit.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Benchmarks;

/// <summary>One step of DCGAN by the trainer, against the same step written by hand in TorchSharp.</summary>
public class DcganStepBenchmark
{
    private const int LatentSize = 100;
    private const int BatchSize = 32;

    private DcganGenerator _generator = null!;
    private DcganDiscriminator _discriminator = null!;
    private Batch _batch = null!;
    private AdversarialTrainer<DcganGenerator, DcganDiscriminator> _trainer = null!;
    private Adam _generatorOptimizer = null!;
    private Adam _discriminatorOptimizer = null!;

    /// <summary>Width of the networks; the recipe's is 64.</summary>
    [Params(16)]
    public int Width { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        manual_seed(1);
        _generator = new DcganGenerator(imageSize: 32, channels: 1, LatentSize, Width);
        _discriminator = new DcganDiscriminator(imageSize: 32, channels: 1, Width);
        _batch = new Batch(rand(BatchSize, 1, 32, 32) * 2 - 1);
        _trainer = AdversarialTrainer.Create(
            _generator, _discriminator, new UnconditionalObjective(LatentSize, AdversarialLoss.NonSaturating));
        _generatorOptimizer = optim.Adam(_generator.parameters(), 2e-4, 0.5, 0.999);
        _discriminatorOptimizer = optim.Adam(_discriminator.parameters(), 2e-4, 0.5, 0.999);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _trainer.Dispose();
        _generatorOptimizer.Dispose();
        _discriminatorOptimizer.Dispose();
        _batch.Dispose();
        _generator.Dispose();
        _discriminator.Dispose();
    }

    [Benchmark(Baseline = true)]
    public void TorchSharp_ByHand()
    {
        using var scope = NewDisposeScope();
        var real = _batch.Real;
        var ones = torch.ones(BatchSize);
        var zeros = torch.zeros(BatchSize);

        var fake = _generator.call(randn(BatchSize, LatentSize));
        _discriminatorOptimizer.zero_grad();
        var realLoss = functional.binary_cross_entropy_with_logits(_discriminator.call(real).flatten(), ones);
        var fakeLoss = functional.binary_cross_entropy_with_logits(_discriminator.call(fake.detach()).flatten(), zeros);
        (realLoss + fakeLoss).backward();
        _discriminatorOptimizer.step();

        _generatorOptimizer.zero_grad();
        functional.binary_cross_entropy_with_logits(_discriminator.call(fake).flatten(), ones).backward();
        _generatorOptimizer.step();
    }

    [Benchmark]
    public void GanKit_Step() => _trainer.Step(_batch);
}
