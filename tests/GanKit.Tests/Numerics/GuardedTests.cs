namespace GanKit.Tests.Numerics;

/// <summary>Which failures are explained, and which stay what they are.</summary>
public class GuardedTests
{
    [Theory]
    [InlineData("CUDA out of memory. Tried to allocate 2.00 GiB.", false)]
    [InlineData("[enforce fail] data. DefaultCPUAllocator: not enough memory: you tried to allocate 8 bytes.", false)]
    [InlineData("DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes. Error code 12 (Cannot allocate memory)", false)]
    [InlineData("mat1 and mat2 shapes cannot be multiplied (10x2 and 3x1)", true)]
    public void Run_MemoryThatRanOut_StaysWhatItIs(string message, bool isExplained)
    {
        var thrown = new InvalidOperationException(message) { Source = nameof(TorchSharp) };
        var error = Assert.ThrowsAny<Exception>(() => Guarded.Run<Tensor>("loss", null, [], () => throw thrown));
        if (isExplained)
            Assert.Same(thrown, Assert.IsType<ArgumentException>(error).InnerException);
        else
            Assert.Same(thrown, error);
    }
}
