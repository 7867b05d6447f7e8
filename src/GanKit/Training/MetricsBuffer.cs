using static TorchSharp.torch;

namespace GanKit;

/// <summary>Holds one step's logged scalars on the device until somebody asks, and then fetches all in one copy.</summary>
/// <param name="device">The device that the values are gathered on.</param>
internal sealed class MetricsBuffer(Device device) : IDisposable
{
    private readonly Dictionary<string, (Tensor Sum, double Weight)> _scalars = [];
    private Tensor? _values;
    private string[] _names = [];

    /// <summary>Takes one part of a batch into account: values of its parts are averaged by their share.</summary>
    internal void Add(string network, LossTerms terms, Tensor total, double share)
    {
        Accumulate(network, total, share);
        foreach (var term in terms)
            Accumulate($"{network}/{term.Name}", term.Value, share);
        foreach (var (name, value) in terms.Observations)
            Accumulate(name, value, share);
    }

    /// <summary>Ends the step: one tensor holds all values, outside every dispose scope.</summary>
    internal void Seal()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        _names = [.. _scalars.Keys];
        _values = stack(_scalars.Values.Select(scalar => scalar.Sum.Over(scalar.Weight))).DetachFromDisposeScope();
        foreach (var (sum, _) in _scalars.Values)
            sum.Dispose();
        _scalars.Clear();
    }

    /// <summary>Copies the values to the host, which waits for the device.</summary>
    internal IReadOnlyDictionary<string, double> Fetch()
    {
        if (_values is null)
        {
            throw new InvalidOperationException(
                "The metrics of this step are gone: read StepResult.Metrics before the next step begins.");
        }

        if (device.type == TorchSharp.DeviceType.META)
            throw new InvalidOperationException("On the meta device there are shapes and no numbers, and so no metrics to read.");
        using var onHost = _values.cpu();
        var values = onHost.data<float>().ToArray();
        return _names.Zip(values).ToDictionary(pair => pair.First, pair => (double)pair.Second);
    }

    public void Dispose()
    {
        foreach (var (sum, _) in _scalars.Values)
            sum.Dispose();
        _scalars.Clear();
        _values?.Dispose();
        _values = null;
    }

    private void Accumulate(string name, Tensor value, double share)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var weighted = value.detach().to(float32, device).reshape().Times(share); // ()
        if (_scalars.TryGetValue(name, out var sum))
        {
            sum.Sum.add_(weighted);
            _scalars[name] = (sum.Sum, sum.Weight + share);
        }
        else
        {
            _scalars[name] = (weighted.DetachFromDisposeScope(), share);
        }
    }
}
