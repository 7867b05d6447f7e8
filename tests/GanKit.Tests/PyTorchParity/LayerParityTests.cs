using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.PyTorchParity;

public class LayerParityTests
{
    private static readonly Dictionary<string, Func<Module<Tensor, Tensor>>> Modules = new()
    {
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
