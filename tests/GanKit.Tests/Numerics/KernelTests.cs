using System.Diagnostics;

namespace GanKit.Tests.Numerics;

public sealed class KernelTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void TensorScript_WithTheLibtorchOfTheTests_IsAvailable()
    {
        Assert.Null(LoadedLibtorch.FindMissing(NativeNames.Operations));
        Assert.True(TensorScript.IsAvailable);
        Assert.True(FusedKernel.Adam.Supports(zeros(1)));
        Assert.True(FusedKernel.AdamW.Supports(zeros(1, ScalarType.Float64)));
        Assert.True(FusedKernel.Sgd.Supports(zeros(1, ScalarType.BFloat16)));
    }

    /// <summary>The caller of an operation must look for it first: an unknown one ends the process.</summary>
    [Fact]
    public void TensorScript_CallsNothingThatIsNotLookedFor()
    {
        var source = File.ReadAllText(
            Path.Combine(Repository.Root, "src", "GanKit", "Numerics", "Kernels", "TensorScript.cs"));
        var called = System.Text.RegularExpressions.Regex.Matches(source, @"torch\.(_\w+)")
            .Select(match => match.Groups[1].Value).ToHashSet();
        Assert.Contains("_fused_adam_", called);
        Assert.All(called, operation =>
            Assert.NotNull(LoadedLibtorch.FindMissing(
                NativeNames.Operations, function => !function.Itanium.Contains(operation, StringComparison.Ordinal))));
    }

    [Fact]
    public void Supports_TypeWithoutAKernel_SaysSoOnce()
    {
        using var log = new StringWriter();
        using var listener = new TextWriterTraceListener(log);
        Trace.Listeners.Add(listener);
        try
        {
            for (var time = 0; time < 3; time++)
                Assert.False(FusedKernel.AdamW.Supports(zeros(1, ScalarType.ComplexFloat64)));
        }
        finally
        {
            Trace.Listeners.Remove(listener);
        }

        listener.Flush();
        Assert.Single(log.ToString().Split('\n'), line =>
            line.Contains("no fused AdamW for ComplexFloat64 on 'cpu'", StringComparison.Ordinal));
    }

    /// <summary>
    /// The way of GPUs, where one operation for all tensors is one kernel, computes what the other one does.
    /// </summary>
    [Theory]
    [InlineData(0, false, 0, false)]
    [InlineData(0.5, false, 0, true)]
    [InlineData(0.5, true, 0.1, true)]
    [InlineData(0, true, 0.1, false)]
    public void RmsProp_ByForeach_EqualsOneByOne(double momentum, bool centered, double decay, bool maximize)
    {
        var (one, many) = (Make(), Make());
        manual_seed(3);
        for (var step = 0; step < 5; step++)
        {
            Tensor[] gradients = [randn(3, 2, ScalarType.Float64), randn(4, ScalarType.Float64)];
            foreach (var (function, state) in new[] { ("rmsprop_", one), ("rmsprop_foreach_", many) })
            {
                TensorScript.Invoke(
                    function, state[0], gradients, state[1], state[2], state[3], 0.1, 0.9, 1e-8, decay, momentum, centered,
                    maximize);
            }
        }

        Assert.All(one.Zip(many), lists =>
            Assert.All(lists.First.Zip(lists.Second), pair => TensorAssert.Close(pair.First, pair.Second, 1e-13, 1e-13)));
        Assert.False(one[0][0].allclose(ones(3, 2, ScalarType.Float64)));

        static Tensor[][] Make() =>
        [
            [ones(3, 2, ScalarType.Float64), ones(4, ScalarType.Float64)],
            .. Enumerable.Range(0, 3).Select(_ => new[] { zeros(3, 2, ScalarType.Float64), zeros(4, ScalarType.Float64) }),
        ];
    }

    [Fact]
    public void IsDense_GapsAndOverlaps_AreFoundInAnyOrder()
    {
        Assert.True(zeros(2, 3, 4).IsDense());
        Assert.True(zeros(2, 3, 4).permute(2, 0, 1).IsDense());
        Assert.True(zeros(2, 1, 4).transpose(0, 1).IsDense());
        Assert.True(zeros([]).IsDense());
        Assert.False(zeros(4, 4).narrow(1, 0, 2).IsDense());
        Assert.False(zeros(3, 1).expand(3, 4).IsDense());
    }

    [Fact]
    public void OrderedAs_KeepsTheValues_AndCopiesOnlyWhereItMust()
    {
        var rows = arange(6).view(2, 3);
        var columns = zeros(3, 2).t();
        Assert.Same(rows, rows.OrderedAs(zeros(2, 3)));
        var ordered = rows.OrderedAs(columns);
        Assert.Equal(columns.stride(), ordered.stride());
        TensorAssert.Equal(rows, ordered);

        var kept = rows.clone();
        var before = LiveTensors.OfThisThread;
        TensorLayout.Reorder(ref kept, columns);
        Assert.Equal(before, LiveTensors.OfThisThread);
        Assert.Equal(columns.stride(), kept.stride());
        TensorAssert.Equal(rows, kept);
    }
}
