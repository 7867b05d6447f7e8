using GanKit.Tests.PyTorchParity;
using TorchSharp.Modules;

namespace GanKit.Tests.Numerics;

public sealed class OptimizersTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<string> Cases => [.. FusedCases.All.Keys];

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Step_TwentyTimes_EqualsPyTorch(string name)
    {
        var parameters = FusedCases.Start(ScalarType.Float64);
        using var optimizer = FusedCases.All[name].Ours(parameters);
        FusedCases.Train(optimizer, parameters);
        FusedCases.AssertSameAsPyTorch(name, parameters);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Step_TwentyTimesInFloat32_IsAsNearTheTruthAsTorchSharp(string name)
    {
        using var scope = NewDisposeScope();
        var truth = Train(ScalarType.Float64, FusedCases.All[name].Ours); // PyTorch's, says the test above
        var others = Train(ScalarType.Float32, FusedCases.All[name].TorchSharps);
        var ours = Train(ScalarType.Float32, FusedCases.All[name].Ours);
        Truth.Near(
            truth, ours.Select(entry => (entry.Key, entry.Value)), ScalarType.Float32,
            Truth.Allowed(Truth.Distance(truth, others), ScalarType.Float32));

        static Dictionary<string, Tensor> Train(ScalarType dtype, Func<Parameter[], optim.Optimizer> make)
        {
            var parameters = FusedCases.Start(dtype);
            using var optimizer = make(parameters);
            FusedCases.Train(optimizer, parameters);
            return parameters.Index().ToDictionary(entry => $"{entry.Index}", entry => entry.Item.detach());
        }
    }

    /// <summary>Where there is no kernel, as for complex numbers, the same is computed one by one.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Step_WithoutAKernel_EqualsPyTorch(string name)
    {
        // Weights with gaps in memory: every second one of a tensor's elements.
        var start = FusedCases.Start(ScalarType.Float64);
        Parameter[] parameters = [.. start.Select(WithGaps)];
        using var optimizer = FusedCases.All[name].Ours(parameters);
        FusedCases.Train(optimizer, parameters);
        FusedCases.AssertSameAsPyTorch(name, parameters);

        static Parameter WithGaps(Parameter parameter)
        {
            var gaps = new Parameter(stack([parameter.detach(), parameter.detach()], -1).select(-1, 1));
            Assert.False(gaps.IsDense());
            return gaps;
        }
    }

    /// <summary>Also where rows are tensors of their own order: fused kernels would mix up the elements.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Step_WeightsInChannelsLastOrder_EqualsPyTorch(string name)
    {
        var parameters = FusedCases.Start(ScalarType.Float64);
        parameters[2] = new Parameter(ChannelsLast(parameters[2].detach()));
        using var optimizer = FusedCases.All[name].Ours(parameters);
        FusedCases.Train(optimizer, parameters);
        FusedCases.AssertSameAsPyTorch(name, parameters);
    }

    /// <summary>A network may be brought into another order while it trains.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Step_WeightsReorderedOnTheWay_EqualsPyTorch(string name)
    {
        var parameters = FusedCases.Start(ScalarType.Float64);
        using var optimizer = FusedCases.All[name].Ours(parameters);
        FusedCases.Train(optimizer, parameters, to: 10);
        using (no_grad())
            parameters[2].set_(ChannelsLast(parameters[2].detach()));
        Assert.False(parameters[2].is_contiguous());
        FusedCases.Train(optimizer, parameters, from: 10);
        FusedCases.AssertSameAsPyTorch(name, parameters);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Step_LeavesGradientsAsTheyAre(string name)
    {
        var parameters = FusedCases.Start(ScalarType.Float32);
        using var optimizer = FusedCases.All[name].Ours(parameters);
        FusedCases.Train(optimizer, parameters);
        TensorAssert.Equal(
            Fixture.Load("optimizers")["gradient.matrix"][FusedCases.Steps - 1].to(ScalarType.Float32),
            parameters[0].grad!);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Step_OnTheMetaDevice_Runs(string name)
    {
        Parameter[] parameters = [.. FusedCases.Start(ScalarType.Float32).Select(
            parameter => new Parameter(parameter.detach().to(META)))];
        using var optimizer = FusedCases.All[name].Ours(parameters);
        foreach (var parameter in parameters)
            parameter.grad = zeros_like(parameter);
        optimizer.step();
        optimizer.step();
        Assert.All(parameters, parameter => Assert.Equal(DeviceType.META, parameter.device_type));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Step_AThousandTimes_LeavesTheNumberOfLiveTensorsFlat(string name)
    {
        var parameters = FusedCases.Start(ScalarType.Float32);
        foreach (var parameter in parameters)
            parameter.grad = ones_like(parameter);
        using var optimizer = FusedCases.All[name].Ours(parameters);
        optimizer.step();
        var before = LiveTensors.OfThisThread;
        for (var step = 0; step < 1000; step++)
            optimizer.step();
        Assert.Equal(before, LiveTensors.OfThisThread);
    }

    [Fact]
    public void Groups_WithSettingsOfTheirOwn_TakeTheRestFromTheArguments()
    {
        var (parameters, others) = (FusedCases.Start(ScalarType.Float64), FusedCases.Start(ScalarType.Float64));
        using var optimizer = Optimizers.Adam(
            [
                new Adam.ParamGroup { Parameters = parameters[..2], Options = new() { LearningRate = 0.5 } },
                new Adam.ParamGroup { Parameters = parameters[2..], Options = new() { beta1 = 0 } },
            ],
            learningRate: 0.1, betas: (0.5, 0.99), weightDecay: 0.2);
        using var other = optim.Adam(
            new Adam.ParamGroup[]
            {
                new(others[..2], 0.5, 0.5, 0.99, weight_decay: 0.2),
                new(others[2..], 0.1, 0, 0.99, weight_decay: 0.2),
            });
        FusedCases.Train(optimizer, parameters);
        FusedCases.Train(other, others);
        FusedCases.AssertSame(others, parameters, 1e-12);
    }

    [Fact]
    public void Step_WithAClosure_ReturnsItsLossAndUsesItsGradients()
    {
        var parameter = new Parameter(full(3, 2.0));
        using var optimizer = Optimizers.Sgd([parameter], 0.25);
        using var loss = optimizer.step(() =>
        {
            optimizer.zero_grad();
            var sum = parameter.square().sum();
            sum.backward();
            return sum;
        });
        TensorAssert.Close(12, loss.detach());
        TensorAssert.Close(full(3, 1.0), parameter.detach());
    }

    [Fact]
    public void Parameters_OfDifferentTypes_TrainTogether()
    {
        var parameters = FusedCases.Start(ScalarType.Float64);
        parameters[0] = new Parameter(parameters[0].detach().to(ScalarType.Float32));
        using var optimizer = FusedCases.All["adam_amsgrad"].Ours(parameters);
        FusedCases.Train(optimizer, parameters);
        TensorAssert.Close(
            Fixture.Load("optimizers")["adam_amsgrad.matrix"].to(ScalarType.Float32), parameters[0].detach(), 1e-6, 1e-6);
        TensorAssert.Close(Fixture.Load("optimizers")["adam_amsgrad.kernel"], parameters[2].detach(), 1e-10, 1e-12);
    }

    [Fact]
    public void TrainerOptions_WithoutAnOptimiser_TakeAdam()
    {
        using var optimizer = new TrainerOptions().CreateGeneratorOptimizer([new Parameter(zeros(1))]);
        Assert.IsType<Fused.Adam>(optimizer);
    }

    [Fact]
    public void Step_OnSeveralThreads_ComputesTheSame()
    {
        var results = new Tensor[4];
        Parallel.For(0, results.Length, thread =>
        {
            var parameters = FusedCases.Start(ScalarType.Float32);
            using var optimizer = FusedCases.All["adam"].Ours(parameters);
            FusedCases.Train(optimizer, parameters);
            results[thread] = parameters[0].detach();
        });
        Assert.All(results, result => TensorAssert.Equal(results[0], result));
    }

    [Fact]
    public void Schedulers_OfTorchSharp_DriveThem()
    {
        var parameter = new Parameter(zeros(1));
        using var optimizer = Optimizers.Sgd([parameter], 1);
        var scheduler = optim.lr_scheduler.StepLR(optimizer, 1, 0.5);
        for (var step = 0; step < 3; step++)
        {
            parameter.grad = ones(1);
            optimizer.step();
            scheduler.step();
        }

        TensorAssert.Close(-1.75, parameter.detach());
    }

    [Fact]
    public void Numbers_OutOfRange_Throw()
    {
        Parameter[] parameters = [new(zeros(1))];
        Assert.Throws<ArgumentException>(() => Optimizers.Adam(parameters, -1));
        Assert.Throws<ArgumentException>(() => Optimizers.Adam(parameters, betas: (0.5, 1)));
        Assert.Throws<ArgumentException>(() => Optimizers.AdamW(parameters, eps: -1));
        Assert.Throws<ArgumentException>(() => Optimizers.Sgd(parameters, nesterov: true));
        Assert.Throws<ArgumentException>(() => Optimizers.RmsProp(parameters, weightDecay: -1));
        Assert.Throws<ArgumentNullException>(() => Optimizers.Adam((IEnumerable<Parameter>)null!));
        Assert.Throws<ArgumentNullException>(() => Optimizers.Sgd((IEnumerable<SGD.ParamGroup>)null!));
    }

    private static Tensor ChannelsLast(Tensor tensor) => tensor.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
}
