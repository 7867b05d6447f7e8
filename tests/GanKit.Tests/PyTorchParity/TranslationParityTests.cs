using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.PyTorchParity;

/// <summary>
/// Spectral normalisation, upsampling and several scales in translation networks, as PyTorch computes them.
/// </summary>
public class TranslationParityTests
{
    private static readonly Dictionary<string, Func<Module<Tensor, Tensor>>> Networks = new()
    {
        ["patch_spectral"] = () => new PatchDiscriminator(2, width: 2, layers: 2, Norm.None, spectralNorm: true),
        ["patch_spectral_batch"] = () => new PatchDiscriminator(1, width: 2, layers: 1, Norm.Batch, spectralNorm: true),
        ["pixel_spectral"] = () => new PixelDiscriminator(3, width: 4, Norm.None, spectralNorm: true),
        ["multi_scale"] = () => new MultiScaleDiscriminator(1, scales: 3, width: 1, layers: 1),
        ["resnet_resize"] = () => new ResnetGenerator(width: 1, blocks: 1, upsampling: Upsampling.ResizeConvolution),
        ["resnet_spectral"] = () => new ResnetGenerator(width: 2, blocks: 1, norm: Norm.None, spectralNorm: true),
    };

    public static TheoryData<string> Names { get; } = new(Networks.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Network_WithPyTorchsState_ComputesTheSame(string name)
    {
        using var network = Networks[name]();
        ModuleParity.Check("translation", name, network);
    }
}
