namespace GanKit.Tests.Objectives;

public class PairTests
{
    [Fact]
    public void To_AnotherType_ConvertsBothNetworks()
    {
        using var generators = new CyclePair<ResnetGenerator>(() => new ResnetGenerator(width: 4, blocks: 1));
        using var discriminators = new DomainPair<PatchDiscriminator>(() => new PatchDiscriminator(3, width: 4, layers: 1));
        var names = generators.state_dict().Keys;

        Assert.Same(generators, generators.to(float64));
        Assert.Same(discriminators, discriminators.to(float64));

        Assert.All(
            generators.parameters().Concat(discriminators.parameters()), weight => Assert.Equal(float64, weight.dtype));
        Assert.Equal(names, generators.state_dict().Keys);
        using var images = generators.AToB.call(zeros([1, 3, 16, 16], dtype: float64));
        Assert.Equal(float64, images.dtype);
    }

    [Fact]
    public void To_AnotherDevice_MovesBothNetworks()
    {
        using var generators = new CyclePair<ResnetGenerator>(() => new ResnetGenerator(width: 4, blocks: 1));
        using var discriminators = new DomainPair<PatchDiscriminator>(() => new PatchDiscriminator(3, width: 4, layers: 1));

        generators.to(META);
        discriminators.to(META);

        Assert.All(generators.parameters().Concat(discriminators.parameters()), weight =>
            Assert.Equal(DeviceType.META, weight.device_type));
        Assert.Same(generators.AToB, generators.named_children().First().module);
    }
}
