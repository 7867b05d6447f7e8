using TorchSharp.Modules;

namespace GanKit.Tests.Numerics;

public sealed class ManyTensorsTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Lerp_EqualsOneByOne_ToTheLastBit()
    {
        Tensor[] targets = [randn(7, 3), randn(5, dtype: ScalarType.Float64), randn(2, 0)];
        Tensor[] ends = [randn(7, 3), randn(5, dtype: ScalarType.Float64), randn(2, 0)];
        Tensor[] expected = [.. targets.Zip(ends, (target, end) => target.lerp(end, 1 - 0.999))];
        ManyTensors.Lerp(targets, ends, 1 - 0.999);
        Assert.All(expected.Zip(targets), pair => TensorAssert.Equal(pair.First, pair.Second));
    }

    [Fact]
    public void Copy_CopiesEach()
    {
        Tensor[] targets = [zeros(3), zeros(2, dtype: ScalarType.Int64)];
        Tensor[] sources = [randn(3), arange(2, ScalarType.Int64)];
        ManyTensors.Copy(targets, sources);
        Assert.All(sources.Zip(targets), pair => TensorAssert.Equal(pair.First, pair.Second));
        ManyTensors.Copy([], []);
        ManyTensors.Lerp([], [], 0.5);
    }

    [Fact]
    public void NormAndMultiply_AreThoseOfAllTogether()
    {
        Tensor[] tensors = [full(4, 3.0), full(4, 4.0)];
        TensorAssert.Close(10, ManyTensors.Norm(tensors));
        ManyTensors.Multiply(tensors, tensor(0.5f));
        TensorAssert.Equal(full(4, 1.5), tensors[0]);
        TensorAssert.Equal(full(4, 2.0), tensors[1]);
    }

    [Fact]
    public void ClipNorm_OfGradientsThatAreZero_LeavesThemSo()
    {
        var parameter = new Parameter(zeros(3)) { grad = zeros(3) };
        GradientClipping.ClipNorm([parameter], 1);
        TensorAssert.Equal(zeros(3), parameter.grad);
        GradientClipping.ClipNorm([new Parameter(zeros(1))], 1); // without any gradient there is no norm
    }

    [Fact]
    public void ClipNorm_AThousandTimes_LeavesTheNumberOfLiveTensorsFlat()
    {
        Parameter[] parameters = [new(zeros(3)) { grad = ones(3) }, new(zeros(2)) { grad = ones(2) }, new(zeros(1))];
        GradientClipping.ClipNorm(parameters, 1);
        var before = LiveTensors.OfThisThread;
        for (var step = 0; step < 1000; step++)
            GradientClipping.ClipNorm(parameters, 1);
        Assert.Equal(before, LiveTensors.OfThisThread);
    }

    [Fact]
    public void ClipNorm_OnTheMetaDevice_Runs()
    {
        var parameter = new Parameter(zeros(3, device: META)) { grad = zeros(3, device: META) };
        GradientClipping.ClipNorm([parameter], 1);
        Assert.Equal(DeviceType.META, parameter.grad.device_type);
    }
}
