using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>The first rows of a stream of them, in one tensor when they are asked for.</summary>
/// <param name="most">How many to keep.</param>
internal sealed class KeptRows(long most) : IDisposable
{
    private readonly List<Tensor> _parts = [];

    internal long Most => most;

    internal long Count { get; private set; }

    /// <summary>How long a row is; 0 before the first.</summary>
    internal long Columns { get; private set; }

    internal void Add(Tensor rows)
    {
        var taken = Math.Min(rows.shape[0], most - Count);
        if (taken <= 0)
            return;
        using var part = rows.narrow(0, 0, taken);
        _parts.Add(part.to(CPU, copy: true).DetachFromDisposeScope());
        Columns = rows.shape[1];
        Count += taken;
    }

    internal Tensor? All()
    {
        if (_parts.Count > 1)
        {
            var all = cat(_parts).DetachFromDisposeScope();
            Dispose();
            _parts.Add(all);
        }

        return _parts.Count == 0 ? null : _parts[0];
    }

    public void Dispose()
    {
        foreach (var part in _parts)
            part.Dispose();
        _parts.Clear();
    }
}
