namespace GanKit.Tests.PyTorch;

public class KeyMapTests
{
    [Fact]
    public void Map_WithoutRules_ChangesNothing() => Assert.Equal("main.0.weight", new KeyMap().Map("main.0.weight"));

    [Theory]
    [InlineData("module.conv.weight", "conv.weight")]
    [InlineData("conv.module.weight", "conv.module.weight")]
    [InlineData("module.module.weight", "module.weight")]
    [InlineData("Module.weight", "Module.weight")]
    public void StripPrefix_TakesTheBeginningAlone(string key, string expected) =>
        Assert.Equal(expected, new KeyMap().StripPrefix("module.").Map(key));

    [Fact]
    public void Rules_ApplyInOrder()
    {
        var map = new KeyMap().StripPrefix("module.").Rename("trunk_conv.", "conv_body.")
            .Replace(@"^RRDB_trunk\.(\d+)", "body.$1").AddPrefix("net.")
            .Apply(key => key.ToLowerInvariant()).Drop(key => key.EndsWith("mean", StringComparison.Ordinal));

        Assert.Equal("net.conv_body.weight", map.Map("module.trunk_conv.weight"));
        Assert.Equal("net.body.12.rdb1", map.Map("RRDB_trunk.12.RDB1"));
        Assert.Null(map.Map("running_MEAN"));
    }

    [Fact]
    public void Rules_AfterADroppedKey_DoNotSeeIt()
    {
        var map = new KeyMap().Drop(_ => true).Apply(_ => throw new InvalidOperationException("was asked"));

        Assert.Null(map.Map("weight"));
    }

    [Fact]
    public void Methods_ReturnNewMaps()
    {
        var map = new KeyMap();
        map.StripPrefix("a");

        Assert.Equal("ab", map.Map("ab"));
    }

    [Fact]
    public void Methods_OnBadInput_Throw()
    {
        Assert.Throws<ArgumentException>(() => new KeyMap().StripPrefix(""));
        Assert.Throws<ArgumentException>(() => new KeyMap().AddPrefix(""));
        Assert.Throws<ArgumentNullException>(() => new KeyMap().Rename("a", null!));
        Assert.ThrowsAny<ArgumentException>(() => new KeyMap().Replace("(", ""));
        Assert.Throws<ArgumentNullException>(() => new KeyMap().Apply(null!));
    }
}
