namespace GanKit.Tests.Runtime;

public class HostSystemTests
{
    [Fact]
    public void ParseOsRelease_QuotedAndPlainValues_ReadsBoth()
    {
        var fields = HostSystem.ParseOsRelease(
            "# a comment\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\n\nVERSION_ID='12'\n");

        Assert.Equal("Debian GNU/Linux 12 (bookworm)", fields["PRETTY_NAME"]);
        Assert.Equal("debian", fields["ID"]);
        Assert.Equal("12", fields["VERSION_ID"]);
        Assert.Equal(3, fields.Count);
    }

    [Fact]
    public void Current_InTests_FindsLibtorchBesideThem() => Assert.True(HostSystem.Current.HasLibtorch);

    [Fact]
    public void Current_InTests_FindsSkiaBesideThem() => Assert.True(HostSystem.Current.HasSkia);
}
