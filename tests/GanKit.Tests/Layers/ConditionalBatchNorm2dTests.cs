using GanKit.Layers;

namespace GanKit.Tests.Layers;

public class ConditionalBatchNorm2dTests
{
    [Fact]
    public void FreshLayer_OfClasses_IsBatchNormalisation()
    {
        using var scope = NewDisposeScope();
        using var layer = new ConditionalBatchNorm2d(3, Conditioning.Classes(4));
        using var plain = nn.BatchNorm2d(3);
        var (input, labels) = (randn(4, 3, 5, 2), tensor(new[] { 3L, 0L, 1L, 1L }));

        TensorAssert.Close(plain.call(input), layer.call(input, labels));
        TensorAssert.Close(torch.ones(4, 3), layer.get_parameter("embed.weight")!.detach()[.., ..3]);
        TensorAssert.Close(torch.zeros(4, 3), layer.get_parameter("embed.weight")!.detach()[.., 3..]);
    }

    [Fact]
    public void FreshLayer_OfAttributesThatAreZero_IsBatchNormalisation()
    {
        using var scope = NewDisposeScope();
        using var layer = new ConditionalBatchNorm2d(3, Conditioning.Attributes(2)).Initialize(Initializer.Dcgan);
        using var plain = nn.BatchNorm2d(3);
        var input = randn(4, 3, 5, 2);

        TensorAssert.Close(plain.call(input), layer.call(input, torch.zeros(4, 2)));
    }

    [Fact]
    public void StateKeys_OfTheLayer_AreMimicrys()
    {
        using var layer = new ConditionalBatchNorm2d(3, Conditioning.Classes(4));

        Assert.Equal(
            ["bn.num_batches_tracked", "bn.running_mean", "bn.running_var", "embed.weight"],
            layer.state_dict().Keys.Order(StringComparer.Ordinal));
        Assert.Equal([4, 6], layer.get_parameter("embed.weight")!.shape);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gradients_InDoublePrecision_EqualFiniteDifferences(bool classes)
    {
        manual_seed(1);
        using var scope = NewDisposeScope();
        using var layer = new ConditionalBatchNorm2d(2, classes ? Conditioning.Classes(3) : Conditioning.Attributes(3));
        layer.to(float64);
        var input = randn([2, 2, 3, 2], float64, requires_grad: true);
        var condition = classes ? tensor(new[] { 2L, 0L }) : rand(2, 3, dtype: float64);
        var probe = randn(2, 2, 3, 2, dtype: float64);

        GradientCheck.Passes(() => (layer.call(input, condition) * probe).sum(), [input, .. layer.parameters()]);
    }

    [Fact]
    public void Forward_InALoop_LeavesOnlyItsResult()
    {
        using var layer = new ConditionalBatchNorm2d(2, Conditioning.Classes(3));
        using var input = randn(2, 2, 3, 3);
        using var labels = tensor(new[] { 2L, 0L });
        using var scope = NewDisposeScope();

        layer.call(input, labels);
        layer.call(input, labels);

        Assert.Equal(2, scope.DisposablesCount);
    }

    [Fact]
    public void Forward_OfWhatDoesNotFit_SaysSo()
    {
        using var scope = NewDisposeScope();
        using var layer = new ConditionalBatchNorm2d(2, Conditioning.Classes(3));

        Assert.Contains("(B, 2, H, W); this input is (2, 3, 4, 4)", Assert.Throws<ArgumentException>("input",
            () => layer.call(randn(2, 3, 4, 4), torch.zeros(2, dtype: int64))).Message, StringComparison.Ordinal);
        Assert.Contains("as many conditions as samples; there are 3 and 2", Assert.Throws<ArgumentException>("condition",
            () => layer.call(randn(2, 2, 4, 4), torch.zeros(3, dtype: int64))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_OfNumbersOutOfRange_NamesThem()
    {
        var classes = Conditioning.Classes(3);
        Assert.Throws<ArgumentOutOfRangeException>("channels", () => new ConditionalBatchNorm2d(0, classes));
        Assert.Throws<ArgumentOutOfRangeException>("eps", () => new ConditionalBatchNorm2d(1, classes, eps: 0));
        Assert.Throws<ArgumentOutOfRangeException>("momentum", () => new ConditionalBatchNorm2d(1, classes, momentum: 1.1));
        Assert.Throws<ArgumentNullException>("conditioning", () => new ConditionalBatchNorm2d(1, null!));
    }
}
