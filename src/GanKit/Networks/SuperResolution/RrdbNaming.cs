namespace GanKit;

/// <summary>What the layers of <see cref="RrdbGenerator"/> are called in its state keys.</summary>
/// <remarks>The two implementations that have published weights name the same layers differently.</remarks>
public sealed class RrdbNaming
{
    private RrdbNaming(string name, string trunk, string denseBlock, params string[] convolutions)
    {
        (Name, Trunk, DenseBlock) = (name, trunk, denseBlock);
        (AfterTrunk, FirstDoubling, SecondDoubling, HighResolution) =
            (convolutions[0], convolutions[1], convolutions[2], convolutions[3]);
    }

    /// <summary>
    /// BasicSR's, and so Real-ESRGAN's: <c>body.0.rdb1.conv1</c>, <c>conv_body</c>, <c>conv_up1</c>, <c>conv_up2</c>,
    /// <c>conv_hr</c>.
    /// </summary>
    public static RrdbNaming BasicSr { get; } =
        new("BasicSR", "body", "rdb", "conv_body", "conv_up1", "conv_up2", "conv_hr");

    /// <summary>
    /// ESRGAN's own of 2018: <c>RRDB_trunk.0.RDB1.conv1</c>, <c>trunk_conv</c>, <c>upconv1</c>, <c>upconv2</c>,
    /// <c>HRconv</c>.
    /// </summary>
    public static RrdbNaming Original { get; } =
        new("ESRGAN", "RRDB_trunk", "RDB", "trunk_conv", "upconv1", "upconv2", "HRconv");

    /// <summary>Whose names they are: <c>BasicSR</c> or <c>ESRGAN</c>.</summary>
    public string Name { get; }

    internal string Trunk { get; }

    /// <summary>Of the dense blocks, which are numbered from 1.</summary>
    internal string DenseBlock { get; }

    internal string AfterTrunk { get; }

    internal string FirstDoubling { get; }

    internal string SecondDoubling { get; }

    internal string HighResolution { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
