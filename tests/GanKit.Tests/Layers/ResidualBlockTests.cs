using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Layers;

public class ResidualBlockTests
{
    [Fact]
    public void Forward_OfABodyOfOnesOwn_AddsItToTheInput()
    {
        using var scope = NewDisposeScope();
        using var block = new ResidualBlock(ReLU());

        TensorAssert.Equal(tensor([-1f, 0, 4]), block.call(tensor([-1f, 0, 2])));
    }

    [Fact]
    public void Forward_WithAShortcut_AddsWhatTheShortcutGives()
    {
        using var scope = NewDisposeScope();
        var body = new ConvBlock(3, 5, kernelSize: 4, stride: 2);
        var shortcut = Sequential(AvgPool2d(2), Conv2d(3, 5, 1));
        using var block = new ResidualBlock(body, shortcut);
        var input = randn(2, 3, 6, 6);

        var output = block.call(input);

        Assert.Equal([2, 5, 3, 3], output.shape);
        TensorAssert.Close(body.call(input) + shortcut.call(input), output);
        Assert.Equal(
            ["body.conv.bias", "body.conv.weight", "shortcut.1.bias", "shortcut.1.weight"],
            block.state_dict().Keys.Order());
    }

    [Fact]
    public void StateKeys_OfTheReadyMadeBlock_NameItsParts()
    {
        using var block = new ResidualBlock(4, Norm.Group(2), PReLU(1));

        Assert.Equal(
            [
                "body.conv1.weight", "body.conv1.bias", "body.norm1.weight", "body.norm1.bias",
                "body.activation.weight",
                "body.conv2.weight", "body.conv2.bias", "body.norm2.weight", "body.norm2.bias",
            ],
            block.state_dict().Keys);
    }

    [Fact]
    public void Forward_OfBranchesThatWouldBroadcast_Throws()
    {
        using var scope = NewDisposeScope();
        using var block = new ResidualBlock(new ConvBlock(3, 1));

        var error = Assert.Throws<ArgumentException>(() => block.call(torch.zeros(2, 3, 4, 4)));

        Assert.Contains("(2, 1, 4, 4), but the shortcut gives (2, 3, 4, 4)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_WithAnEvenKernel_Throws()
    {
        var error = Assert.Throws<ArgumentException>(() => new ResidualBlock(4, Norm.None, kernelSize: 4));

        Assert.Contains("odd", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_WithBadArguments_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ResidualBlock(0, Norm.None));
        Assert.Throws<ArgumentNullException>(() => new ResidualBlock(4, null!));
        Assert.Throws<ArgumentNullException>(() => new ResidualBlock(null!));
    }
}
