using System.Diagnostics;
using GanKit.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Benchmarks;

/// <summary>Times a generator in use.</summary>
internal static class InferenceMeasurement
{
    internal static InferenceReport Run(
        InferenceNetwork network, string implementation, StepVariant variant, int runs, int warmup)
    {
        manual_seed(1);
        var ours = implementation == "gankit";
        var batch = variant.BatchSize;
        using var module = ours ? network.WithGanKit() : network.ByHand();
        using var fast = ours ? module.ForInference(OptionsOf(variant)) : null;
        using var input = network.Input(batch);
        var call = fast is null ? ByHand(module, network.AsTrained, variant) : fast.call;

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
            Precision = variant.BFloat16 ? "bf16" : "f32",
            Layout = variant.ChannelsLast ? "nhwc" : "nchw",
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

    private static InferenceOptions OptionsOf(StepVariant variant) => new()
    {
        Precision = variant.BFloat16 ? Precision.BFloat16 : Precision.Float32,
        ChannelsLast = variant.ChannelsLast,
    };

    private static Func<Tensor, Tensor> ByHand(Module<Tensor, Tensor> network, bool asTrained, StepVariant variant)
    {
        if (variant.BFloat16)
            throw new ArgumentException("There is no bf16 by hand: TorchSharp binds no autocast.");
        network.train(asTrained);
        if (variant.ChannelsLast)
            ChannelsLast.Convert(network);
        return Call;

        Tensor Call(Tensor input)
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            return network.call(variant.ChannelsLast ? ChannelsLast.Copy(input) : input).MoveToOuterDisposeScope();
        }
    }
}
