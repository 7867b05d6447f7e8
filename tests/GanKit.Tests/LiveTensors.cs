namespace GanKit.Tests;

/// <summary>Counts tensors that are alive, to find leaks.</summary>
internal static class LiveTensors
{
    /// <summary>
    /// Tensors made less tensors disposed by this thread: exact, whatever the others and the collector do. For code that
    /// stays on its thread.
    /// </summary>
    internal static long OfThisThread => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    /// <summary>How many there are in the process once the forgotten tensors of other tests are gone.</summary>
    internal static long OfAllThreadsAfterCollection()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }

    /// <summary>
    /// Fails if there are more in the process than before. Fewer is no failure: what another test forgot may go at any
    /// time. It does not collect, which would hide a leak.
    /// </summary>
    internal static void AssertNoMoreThan(long before) => Assert.InRange(Tensor.TotalCount, 0, before);
}
