using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using GanKit.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit.Benchmarks;

/// <summary>
/// One step of an optimiser, of the average and of clipping, against TorchSharp's own; gradients are given.
/// </summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory), CategoriesColumn]
public class OptimizerBenchmark
{
    private const double Decay = 0.999;
    private const double MaxNorm = 1; // below that of the gradients, so that they are multiplied

    private nn.Module[] _networks = null!;
    private Parameter[] _parameters = null!;
    private Tensor[] _averages = null!;
    private MovingAverage[] _moving = null!;
    private Dictionary<string, optim.Optimizer> _optimizers = null!;

    /// <summary>dcgan64: 6.3 M weights of both networks. mlp: 2.9 M.</summary>
    [Params("dcgan64", "mlp")]
    public string Networks { get; set; } = "dcgan64";

    [GlobalSetup]
    public void SetUp()
    {
        manual_seed(1);
        _networks = Networks == "mlp"
            ? [new MlpGenerator((1, 28, 28)), new MlpDiscriminator((1, 28, 28))]
            : [new DcganGenerator(), new DcganDiscriminator()];
        _parameters = [.. _networks.SelectMany(network => network.parameters())];
        foreach (var parameter in _parameters)
            parameter.grad = randn_like(parameter).mul_(0.01);
        _averages = [.. _parameters.Select(parameter => parameter.detach().clone())];
        _moving = [.. _networks.Select(network => new MovingAverage(network, Decay, warmUp: false))];
        _optimizers = new()
        {
            ["adam"] = optim.Adam(_parameters, 2e-4, 0.5, 0.999),
            ["adam_fused"] = Optimizers.Adam(_parameters, 2e-4, (0.5, 0.999)),
            ["sgd"] = optim.SGD(_parameters, 1e-3, 0.9),
            ["sgd_fused"] = Optimizers.Sgd(_parameters, 1e-3, 0.9),
            ["rmsprop"] = optim.RMSProp(_parameters, 1e-4),
            ["rmsprop_fused"] = Optimizers.RmsProp(_parameters, 1e-4),
            ["centered"] = optim.RMSProp(_parameters, 1e-4, momentum: 0.9, centered: true),
            ["centered_fused"] = Optimizers.RmsProp(_parameters, 1e-4, momentum: 0.9, centered: true),
        };
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        foreach (var disposable in _optimizers.Values.Concat<IDisposable>(_moving).Concat(_averages).Concat(_networks))
            disposable.Dispose();
    }

    [Benchmark(Baseline = true), BenchmarkCategory("Adam")]
    public void Adam_TorchSharp() => Step("adam");

    [Benchmark, BenchmarkCategory("Adam")]
    public void Adam_GanKit() => Step("adam_fused");

    [Benchmark(Baseline = true), BenchmarkCategory("SGD")]
    public void Sgd_TorchSharp() => Step("sgd");

    [Benchmark, BenchmarkCategory("SGD")]
    public void Sgd_GanKit() => Step("sgd_fused");

    [Benchmark(Baseline = true), BenchmarkCategory("RMSprop")]
    public void RmsProp_TorchSharp() => Step("rmsprop");

    [Benchmark, BenchmarkCategory("RMSprop")]
    public void RmsProp_GanKit() => Step("rmsprop_fused");

    [Benchmark(Baseline = true), BenchmarkCategory("RMSprop, centered")]
    public void Centered_TorchSharp() => Step("centered");

    [Benchmark, BenchmarkCategory("RMSprop, centered")]
    public void Centered_GanKit() => Step("centered_fused");

    [Benchmark(Baseline = true), BenchmarkCategory("Average")]
    public void Average_TorchSharp()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var (average, parameter) in _averages.Zip(_parameters))
            average.mul_(Decay).add_(parameter, alpha: 1 - Decay);
    }

    [Benchmark, BenchmarkCategory("Average")]
    public void Average_GanKit()
    {
        foreach (var average in _moving)
            average.Update();
    }

    [Benchmark(Baseline = true), BenchmarkCategory("Clipping")]
    public void Clipping_TorchSharp() => nn.utils.clip_grad_norm_(_parameters, MaxNorm);

    [Benchmark, BenchmarkCategory("Clipping")]
    public void Clipping_GanKit() => GradientClipping.ClipNorm(_parameters, MaxNorm);

    private void Step(string optimizer)
    {
        using var scope = NewDisposeScope();
        _optimizers[optimizer].step();
    }
}
