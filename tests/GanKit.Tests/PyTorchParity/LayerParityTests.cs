using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.PyTorchParity;

public class LayerParityTests
{
    private static readonly Dictionary<string, Func<Module<Tensor, Tensor>>> Modules = new()
    {
        ["conv_batch"] = () => new ConvBlock(
            3, 5, kernelSize: 4, stride: 2, norm: Norm.Batch, activation: LeakyReLU(0.2)),
        ["conv_instance_reflect"] = () => new ConvBlock(
            3, 4, kernelSize: 7, norm: Norm.Instance, activation: ReLU(), paddingMode: PaddingModes.Reflect),
        ["conv_plain"] = () => new ConvBlock(2, 3),
        ["conv_group"] = () => new ConvBlock(2, 4, kernelSize: 1, norm: Norm.Group(2), activation: Tanh()),
        ["transpose_batch"] = () => new ConvTransposeBlock(4, 3, norm: Norm.Batch, activation: ReLU()),
        ["transpose_odd"] = () => new ConvTransposeBlock(4, 3, kernelSize: 3),
        ["residual_batch"] = () => new ResidualBlock(4, Norm.Batch),
        ["residual_reflect"] = () => new ResidualBlock(4, Norm.None, paddingMode: PaddingModes.Reflect),
        ["pixel_norm"] = () => new PixelNorm(),
        ["stddev_8"] = () => new MinibatchStdDev(),
        ["stddev_6"] = () => new MinibatchStdDev(),
        ["stddev_7"] = () => new MinibatchStdDev(),
        ["stddev_features"] = () => new MinibatchStdDev(groupSize: 2, features: 2),
        ["equalized_conv"] = () => new EqualizedConv2d(3, 4, kernelSize: 3),
        ["equalized_conv_all"] = () => new EqualizedConv2d(
            3, 4, kernelSize: 4, stride: 2, padding: 2, bias: false, gain: 1, learningRateMultiplier: 0.1),
        ["equalized_linear"] = () => new EqualizedLinear(5, 4),
        ["equalized_linear_mapping"] = () => new EqualizedLinear(5, 4, gain: 1, learningRateMultiplier: 0.01),
        ["up"] = () => new UpBlock(4, 3, Norm.Pixel),
        ["down"] = () => new DownBlock(3, 4),
        ["attention"] = () => new SelfAttention(16),
    };

    public static TheoryData<string> Names { get; } = new(Modules.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Layer_WithPyTorchsState_ComputesTheSame(string name)
    {
        using var module = Modules[name]();
        ModuleParity.Check("layers", name, module);
    }
}
