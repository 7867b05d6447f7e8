using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.PyTorchParity;

/// <summary>Conditional layers and networks compute what PyTorch's do, in both modes, and so do their gradients.</summary>
public class ConditionalParityTests
{
    private static readonly Conditioning Three = Conditioning.Classes(3);
    private static readonly Conditioning Two = Conditioning.Attributes(2);

    private static readonly Dictionary<string,
    (string Condition, Func<Module<Tensor, Tensor, Tensor>> Build)> Conditional = new()
    {
        ["norm_classes"] = ("labels", () => new ConditionalBatchNorm2d(4, Three)),
        ["norm_attributes"] = ("attributes", () => new ConditionalBatchNorm2d(4, Two)),
        ["generator_classes"] = (
            "labels", () => new ConditionalDcganGenerator(Three, 16, 1, latentSize: 4, width: 2, embeddingSize: 3)),
        ["generator_attributes"] = ("attributes", () => new ConditionalDcganGenerator(Two, 16, 1, latentSize: 3, width: 2)),
        ["generator_norm"] = (
            "labels", () => new ConditionalDcganGenerator(Three, 16, 1, latentSize: 4, width: 2, conditionalNorm: true)),
        ["generator_sngan"] = ("labels", () => new ConditionalSnganGenerator(Three, latentSize: 4, width: 4)),
        ["generator_sngan_64"] = (
            "attributes", () => new ConditionalSnganGenerator(Two, 64, channels: 1, latentSize: 3, width: 16)),
        ["discriminator_classes"] = ("labels", () => new ConditionalDcganDiscriminator(Three, 16, 1, width: 2)),
        ["discriminator_late"] = (
            "attributes", () => new ConditionalDcganDiscriminator(Two, 16, 1, width: 2, joinFeatures: true)),
        ["projection_dcgan"] = ("labels", () => ProjectionDiscriminator.Dcgan(Three, 16, 1, width: 2)),
        ["projection_resnet"] = ("attributes", () => ProjectionDiscriminator.Resnet(Two, 32, 1, width: 2)),
    };

    public static TheoryData<string> Names { get; } = new(Conditional.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Module_WithPyTorchsStateAndCondition_ComputesTheSame(string name)
    {
        using var scope = NewDisposeScope();
        var (condition, build) = Conditional[name];
        using var module = build();
        var given = Fixture.Load("conditional")[condition];

        ModuleParity.Check("conditional", name, module, input => module.call(
            input, given.is_floating_point() ? given.to(input.dtype) : given));
    }

    [Fact]
    public void AuxiliaryClassifier_WithPyTorchsState_ComputesTheSame()
    {
        using var scope = NewDisposeScope();
        using var module = AuxiliaryClassifierDiscriminator.Dcgan(Three, 16, 1, width: 2);

        ModuleParity.Check("conditional", "auxiliary_dcgan", module, Both);

        Tensor Both(Tensor images)
        {
            var (logits, classLogits) = module.call(images);
            return cat([logits, classLogits], 1);
        }
    }
}
