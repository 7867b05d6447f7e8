namespace GanKit.Tests.PyTorch;

/// <summary>What one sees of a file's values in a debugger, or when they are printed.</summary>
public class ToStringTests
{
    [Fact]
    public void ToString_OfValues_SaysWhatTheyAre()
    {
        var tensor = new PyTorchTensor(new MemoryData(new byte[24]), PyTorchDtype.Find("float32")!, [2, 3]);
        var dict = new PyTorchDict { ["epoch"] = 3L, [7] = tensor };

        Assert.Equal("float32 (2, 3)", $"{tensor}");
        Assert.Equal("dictionary of 2: epoch, 7", $"{dict}");
        Assert.Equal("dictionary of 0", $"{new PyTorchDict()}");
        Assert.Equal("object of class argparse.Namespace", $"{new PyTorchRecord(new("argparse", "Namespace"), [])}");
        Assert.Equal("1 tensors under 'netG'", $"{new PyTorchStateDict("netG", new() { ["w"] = tensor })}");
    }

    [Fact]
    public void ToString_OfManyKeys_ShowsTheFirst()
    {
        var dict = new PyTorchDict();
        for (var i = 0; i < 100; i++)
            dict[i] = null;

        Assert.Equal("dictionary of 100: 0, 1, 2, 3, 4, ...", $"{dict}");
    }
}
