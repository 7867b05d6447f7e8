using static TorchSharp.torch.nn;

namespace GanKit.Tests.PyTorchParity;

public class SnganParityTests
{
    private static readonly Dictionary<string, Func<Module<Tensor, Tensor>>> Networks = new()
    {
        ["generator_32"] = () => new SnganGenerator(latentSize: 4, width: 4),
        ["generator_64"] = () => new SnganGenerator(imageSize: 64, channels: 1, latentSize: 6, width: 16),
        ["discriminator_32"] = () => new SnganDiscriminator(width: 4),
        ["discriminator_32_plain"] = () => new SnganDiscriminator(channels: 1, width: 4, spectralNorm: false),
        ["discriminator_64"] = () => new SnganDiscriminator(imageSize: 64, channels: 1, width: 16),
    };

    public static TheoryData<string> Names { get; } = new(Networks.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Network_WithPyTorchsState_ComputesTheSame(string name)
    {
        using var network = Networks[name]();
        ModuleParity.Check("sngan", name, network);
    }
}
