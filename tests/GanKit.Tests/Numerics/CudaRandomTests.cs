namespace GanKit.Tests.Numerics;

/// <summary>The native functions that a GPU's random state goes through, on the processor's source, which TorchSharp can ask as well.</summary>
public class CudaRandomTests
{
    [Fact]
    public void Read_OfTheProcessorsSource_IsItsState()
    {
        using var scope = NewDisposeScope();
        var source = RandomSource.OfProcessor();
        Assert.NotEqual(0, source);
        manual_seed(5);
        var state = RandomSource.Read(source);
        TensorAssert.Equal(get_rng_state(), state);

        var drawn = randn(20);
        Assert.False(equal(drawn, randn(20)).all().item<bool>());
        RandomSource.Write(source, state);

        TensorAssert.Equal(drawn, randn(20));
    }

    [Fact]
    public void Visit_OnTheProcessor_PassesOverTheStateOfAGpu()
    {
        using var state = new State();
        state.Add("cuda", zeros(16, dtype: ScalarType.Byte));
        var faults = new List<string>();
        var visitor = StateVisitor.Checking(state, faults);
        CudaRandom.Visit(visitor, CPU);
        visitor.RefuseTheRest();
        Assert.Empty(faults);
    }
}
