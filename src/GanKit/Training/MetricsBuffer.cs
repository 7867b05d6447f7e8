using static TorchSharp.torch;

namespace GanKit;

/// <summary>Holds one step's logged scalars on the device until they are read, and then fetches all in one copy.</summary>
/// <param name="device">The device that the values are gathered on.</param>
internal sealed class MetricsBuffer(Device device) : IDisposable
{
    private readonly Dictionary<string, (Tensor Sum, double Weight)> _scalars = [];

    /// <summary>Takes one part of a batch into account: values of its parts are averaged by their share.</summary>
    internal void Add(string network, LossTerms terms, Tensor total, double share)
    {
        Accumulate(network, total, share);
        foreach (var term in terms)
            Accumulate($"{network}/{term.Name}", term.Value, share);
        foreach (var (name, value) in terms.Observations)
            Accumulate(name, value, share);
    }

    /// <summary>Ends the step: the values stay on the device, in one tensor, until they are read; those on the CPU are copied
    /// now.</summary>
    /// <returns>Copies them to the host, which waits for the device; to be called once.</returns>
    internal Func<IReadOnlyDictionary<string, double>> Seal()
    {
        if (device.type == TorchSharp.DeviceType.META)
        {
            return () => throw new InvalidOperationException(
                "On the meta device there are shapes and no numbers, and so no metrics to read.");
        }

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        string[] names = [.. _scalars.Keys];
        var values = stack(_scalars.Values.Select(scalar => scalar.Sum.Over(scalar.Weight)));
        if (device.type == TorchSharp.DeviceType.CPU)
        {
            var numbers = values.data<float>().ToArray();
            return () => Name(numbers);
        }

        values.DetachFromDisposeScope(); // a result that is never read leaves it to the collector
        return () =>
        {
            using (values)
            using (var onHost = values.cpu())
                return Name(onHost.data<float>().ToArray());
        };

        Dictionary<string, double> Name(float[] numbers) =>
            names.Zip(numbers).ToDictionary(pair => pair.First, pair => (double)pair.Second);
    }

    public void Dispose()
    {
        foreach (var (sum, _) in _scalars.Values)
            sum.Dispose();
        _scalars.Clear();
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
