using System.Reflection;

namespace GanKit.Tests.Numerics;

/// <summary>A GPU's source is stood in for by another one of the processor's, which the same native functions read and write.</summary>
public class RandomSnapshotTests
{
    [Fact]
    public void Restore_PutsBothSourcesBack_AsOftenAsAsked()
    {
        using var scope = NewDisposeScope();
        using var other = new Generator(3);
        var handle = (nint)typeof(Generator).GetProperty("Handle", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)!.GetValue(other)!;
        manual_seed(1);
        rand(3, generator: other);
        using var snapshot = new RandomSnapshot(handle);
        var (first, second) = (rand(5), rand(5, generator: other));
        for (var time = 0; time < 2; time++)
        {
            snapshot.Restore();
            TensorAssert.Equal(first, rand(5));
            TensorAssert.Equal(second, rand(5, generator: other));
        }
    }

    [Fact]
    public void Of_TheProcessor_HasItsSourceAlone()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(0, CudaRandom.SourceOf(CPU));
        using var snapshot = RandomSnapshot.Of(CPU);
        var drawn = rand(5);
        snapshot.Restore();
        TensorAssert.Equal(drawn, rand(5));
    }

    [Fact]
    public void Restore_AfterTheScopeItWasTakenIn_PutsTheSourceBack()
    {
        RandomSnapshot snapshot;
        using (NewDisposeScope())
            snapshot = RandomSnapshot.Of(CPU);
        using var scope = NewDisposeScope();
        var drawn = rand(5);
        snapshot.Restore();
        TensorAssert.Equal(drawn, rand(5));
        snapshot.Dispose();
    }
}
