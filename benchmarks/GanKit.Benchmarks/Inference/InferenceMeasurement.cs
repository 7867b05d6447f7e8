using System.Diagnostics;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Benchmarks;

/// <summary>Times a generator in use.</summary>
internal static class InferenceMeasurement
{
    internal static InferenceReport Run(InferenceNetwork network, string implementation, int batch, int runs, int warmup)
    {
        manual_seed(1);
        var (module, call) = implementation == "gankit" ? network.WithGanKit() : ByHand(network);
        using var owned = module;
        using var input = network.Input(batch);

        call(input).Dispose();
        var startup = (DateTime.Now - Process.GetCurrentProcess().StartTime).TotalMilliseconds;
        for (var i = 1; i < warmup; i++)
            call(input).Dispose();

        var tensors = Tensor.TotalCount;
        var timings = Timings.Of(() => call(input).Dispose(), runs);
        return new()
        {
            Network = network.Name,
            Impl = implementation,
            Batch = batch,
            Threads = get_num_threads(),
            Runs = runs,
            ImagesPerS = batch / timings.Median * 1000,
            P50Ms = timings.Median,
            P99Ms = timings.Quantile(0.99),
            StartupMs = startup,
            LiveTensorsGrowth = Tensor.TotalCount - tensors,
            PeakRssMb = Memory.PeakResidentMb(),
        };
    }

    private static (Module<Tensor, Tensor> Network, Func<Tensor, Tensor> Call) ByHand(InferenceNetwork network)
    {
        var module = network.ByHand();
        module.train(network.AsTrained);
        return (module, Call);

        Tensor Call(Tensor input)
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            return module.call(input).MoveToOuterDisposeScope();
        }
    }
}
