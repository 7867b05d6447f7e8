using static TorchSharp.torch.nn;

namespace GanKit.Tests.Numerics;

/// <summary>The scope itself: what it changes, and that it puts everything back.</summary>
public class AutocastScopeTests
{
    private static Precision Now => Precision.Current(CPU);

    [Theory]
    [InlineData("bfloat16", ScalarType.BFloat16)]
    [InlineData("float16", ScalarType.Float16)]
    [InlineData("float32", ScalarType.Float32)]
    public void Autocast_InsideAndAfter_ProductsHaveItsTypeAndThenTheirOwn(string name, ScalarType dtype)
    {
        using (Precision.Parse(name).Autocast(CPU))
        {
            Assert.Equal(name, Now.Name);
            Assert.Equal(dtype, Product());
        }

        Assert.Same(Precision.Float32, Now);
        Assert.Equal(ScalarType.Float32, Product());
    }

    [Fact]
    public void Autocast_Nested_EachInnerScopeHoldsUntilItsEnd()
    {
        using (Precision.BFloat16.Autocast(CPU))
        {
            using (Precision.Float16.Autocast(CPU))
            {
                using (Precision.Float32.Autocast(CPU))
                    Assert.Equal(ScalarType.Float32, Product());
                Assert.Equal(ScalarType.Float16, Product());
            }

            Assert.Equal(ScalarType.BFloat16, Product());
        }

        Assert.Equal(ScalarType.Float32, Product());
    }

    [Fact]
    public void Autocast_Exception_EndsTheScopes()
    {
        Assert.Throws<InvalidDataException>(Fail);
        Assert.Equal(ScalarType.Float32, Product());

        static void Fail()
        {
            using var outer = Precision.BFloat16.Autocast(CPU);
            using var inner = Precision.Float16.Autocast(CPU);
            throw new InvalidDataException();
        }
    }

    /// <summary>libtorch's own numbers: a scope that leaves one of them behind shows here, if nowhere else.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Dispose_InAnyOrder_RestoresAllThatLibtorchKeeps(bool outermostFirst)
    {
        var functions = AutocastFunctions.Require();
        var (enabled, dtype, caching) = (
            functions.IsEnabled(DeviceType.CPU), functions.Dtype(DeviceType.CPU), functions.IsCaching);

        var scopes = new[] { Precision.BFloat16.Autocast(CPU), Precision.Float32.Autocast(CPU),
            Precision.Float16.Autocast(CPU) };
        foreach (var scope in outermostFirst ? scopes : scopes.Reverse())
        {
            scope.Dispose();
            scope.Dispose(); // as often as one likes
        }

        Assert.Equal((enabled, dtype, caching), (
            functions.IsEnabled(DeviceType.CPU), functions.Dtype(DeviceType.CPU), functions.IsCaching));
        functions.Enter();
        Assert.Equal(0, functions.Leave());
    }

    /// <summary>
    /// The caller may have told libtorch to cast anew each time; a scope has casts of its own, and then leaves that
    /// so.
    /// </summary>
    [Fact]
    public void Dispose_WhereCastsAreNotKept_LeavesThatSo()
    {
        var functions = AutocastFunctions.Require();
        functions.SetCaching(false);
        try
        {
            using (Precision.BFloat16.Autocast(CPU))
                Assert.True(functions.IsCaching);
            Assert.False(functions.IsCaching);
        }
        finally
        {
            functions.SetCaching(true);
        }
    }

    [Fact]
    public void Dispose_OuterBeforeInner_WaitsForTheInner()
    {
        var outer = Precision.BFloat16.Autocast(CPU);
        var inner = Precision.Float16.Autocast(CPU);
        outer.Dispose();
        Assert.Same(Precision.Float16, Now);
        inner.Dispose();
        Assert.Same(Precision.Float32, Now);
    }

    [Fact]
    public void Dispose_OnAnotherThread_SaysSoAndLeavesTheScopeToItsOwn()
    {
        using var scope = Precision.BFloat16.Autocast(CPU);
        Precision? precision = null;
        Exception? error = null;
        var other = new Thread(() =>
        {
            precision = Now;
            error = Record.Exception(scope.Dispose);
        });
        other.Start();
        other.Join();

        Assert.Same(Precision.Float32, precision); // a scope is its thread's alone
        Assert.Contains(
            "another thread", Assert.IsType<InvalidOperationException>(error).Message, StringComparison.Ordinal);
        Assert.Same(Precision.BFloat16, Now);
    }

    [Fact]
    public void Autocast_OfTheWeightsOnce_CastsThemOnceUntilTheOutermostScopeEnds()
    {
        using var scope = NewDisposeScope();
        var layer = Conv2d(1, 1, 1, bias: false);
        var input = ones(1, 1, 1, 1);
        using (Precision.BFloat16.Autocast(CPU))
        {
            var before = layer.call(input);
            using (no_grad())
                layer.weight!.add_(1);
            using (Precision.BFloat16.Autocast(CPU))
                // what PyTorch does, and why weights must not change in a scope
                TensorAssert.Equal(before, layer.call(input));
            TensorAssert.Equal(before, layer.call(input));
        }

        using (Precision.BFloat16.Autocast(CPU))
            TensorAssert.Equal(layer.weight!.to(ScalarType.BFloat16), layer.call(input));
    }

    [Fact]
    public void Autocast_OnDevicesWithoutLowerPrecision_IsRefused_ButFloat32IsNot()
    {
        var error = Assert.Throws<ArgumentException>(() => Precision.BFloat16.Autocast(META));
        Assert.Contains("meta", error.Message, StringComparison.Ordinal);
        Assert.Contains("cpu", error.Message, StringComparison.Ordinal);
        using (Precision.Float32.Autocast(META))
            Assert.Same(Precision.Float32, Precision.Current(META));
    }

    [Fact]
    public void Autocast_ForAnotherDevice_LeavesThisOneAlone()
    {
        using (Precision.BFloat16.Autocast(new Device(DeviceType.CUDA, 0)))
        {
            Assert.Same(Precision.BFloat16, Precision.Current(new Device(DeviceType.CUDA, 0)));
            Assert.Equal(ScalarType.Float32, Product());
        }
    }

    [Fact]
    public void Autocast_HundredTimes_LeavesNoTensor()
    {
        using var layer = Linear(4, 4);
        using var input = eye(4);
        var before = LiveTensors.OfThisThread;
        for (var i = 0; i < 100; i++)
        {
            using (Precision.BFloat16.Autocast(CPU))
            using (layer.call(input))
            {
            }
        }

        Assert.Equal(before, LiveTensors.OfThisThread);
    }

    private static ScalarType Product()
    {
        using var scope = NewDisposeScope();
        return ones(2, 2).mm(ones(2, 2)).dtype;
    }

    [Fact]
    public void Autocast_ProcessorWithoutFastConvolutions_SaysSo()
    {
        using (Precision.BFloat16.Autocast(CPU))
            Assert.Equal(!InstructionSet.Has16Bits, Notices.HasWarned("does not compute in 16 bits"));
    }
}
