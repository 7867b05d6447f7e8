namespace GanKit.Tests;

/// <summary>Counts tensors that are alive, to find out who leaks.</summary>
internal static class LiveTensors
{
    /// <summary>
    /// How many there are once the forgotten tensors of other tests are gone. Compare it with
    /// <see cref="Tensor.TotalCount"/> afterwards: a second collection would hide a leak.
    /// </summary>
    public static long CountAfterCollection()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }
}
