using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// Runs a network of any number of inputs for inference: part by part, as it was when this was made, with prepared layers.
/// </summary>
internal sealed class PreparedNetwork : IDisposable
{
    // Two tell a batch's dimension from those that are 1 anyway, and cost little.
    private const long ProbeSize = 2;

    private readonly InferenceOptions _options;
    private readonly HeldNetwork _held;
    private PreparedLayers? _layers;
    private bool _disposed;

    internal PreparedNetwork(nn.Module network, InferenceOptions options)
    {
        options.Validate();
        (_options, _held) = (options, new(network, options.Mode));
    }

    /// <summary>Runs the network on a batch.</summary>
    /// <param name="inputs">What it takes, each (B, ...).</param>
    /// <param name="call">Calls it; what it gives belongs to the current dispose scope.</param>
    /// <returns>What the network gives, an ordinary contiguous tensor that belongs to the caller's scope.</returns>
    internal Tensor Run(Tensor[] inputs, Func<Tensor[], Tensor> call)
    {
        if (_disposed)
        {
            throw new ObjectDisposedException(
                "InferenceNetwork", "What ForInference made is disposed: call ForInference again.");
        }

        var samples = CountSamples(inputs);
        using var scope = NewDisposeScope();
        using var held = _held.Mount();
        using var inference = inference_mode();
        Tensor[] ready = [.. inputs.Select(Bring)];
        _layers ??= new(_held.Modules, _options, () => call(Cut(ready, 0, Math.Min(samples, ProbeSize))));

        Tensor? result = null;
        var step = Math.Min(_options.BatchSize ?? samples, samples);
        for (var start = 0L; start < samples; start += step)
        {
            using var part = NewDisposeScope();
            var output = RunPart(Cut(ready, start, Math.Min(step, samples - start)), call);
            result ??= Ordinary(output, samples).MoveToOuterDisposeScope();
            result.narrow(0, start, output.size(0)).copy_(output);
        }

        return result!.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _held.Dispose(); // first, since it refuses during a call
        _disposed = true;
        _layers?.Dispose();
    }

    private static long CountSamples(Tensor[] inputs)
    {
        foreach (var input in inputs)
        {
            if (input.dim() == 0 || input.numel() == 0 || input.size(0) != inputs[0].size(0))
            {
                throw new ArgumentException(
                    "Inputs should be batches (B, ...) of at least one sample, all of the same length, not " +
                    $"{string.Join(" and ", inputs.Select(each => each.Describe()))}.", nameof(inputs));
            }
        }

        return inputs[0].size(0);
    }

    // Labels keep their type.
    private Tensor Bring(Tensor input) =>
        _held.Like is not { } like ? input : input.is_floating_point()
            ? input.to(like.Dtype, like.Device)
            : input.to(like.Device);

    private Tensor[] Cut(Tensor[] inputs, long start, long count) =>
        [.. inputs.Select(input => input.narrow(0, start, count))
            .Select(part => _options.ChannelsLast ? part.ToChannelsLast() : part)];

    private Tensor RunPart(Tensor[] inputs, Func<Tensor[], Tensor> call)
    {
        using var precision = _options.Precision.Autocast(_held.Like?.Device ?? inputs[0].device);
        return _layers!.Run(() => call(inputs));
    }

    /// <summary>
    /// What all parts are collected in: a tensor without the limits of one that is made in inference mode.
    /// </summary>
    private Tensor Ordinary(Tensor output, long samples)
    {
        using var ordinary = inference_mode(false);
        var dtype = _options.Precision != Precision.Float32 && _held.Like is { } like ? like.Dtype : output.dtype;
        return empty([samples, .. output.shape[1..]], dtype, output.device);
    }
}
