namespace GanKit.Tests.PyTorch;

/// <summary>Where an average is one of several, or does not fit, nothing is taken in silence.</summary>
public sealed class AverageChoiceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DcganGenerator _raw = new(16, latentSize: 4, width: 2);
    private readonly DcganGenerator _average = new(16, latentSize: 4, width: 2);

    private string FilePath => _folder.File("checkpoint.pth");

    public void Dispose()
    {
        _raw.Dispose();
        _average.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void AnAverageThatDoesNotFit_IsSaidToBeLeft()
    {
        using var other = new DcganGenerator(16, latentSize: 5, width: 2);
        PyTorchFile.Save(FilePath, new PyTorchDict { ["g"] = _raw, ["g_ema"] = other });
        using var target = new DcganGenerator(16, latentSize: 4, width: 2);

        target.LoadWeights(FilePath, new(), out var report);

        Assert.Equal("the averaged weights under 'g_ema' do not fit, and raw ones were taken", report.Notes[0]);
        Assert.False(report.IsAverage);
    }

    [Fact]
    public void TwoNetworks_WithAnAverageEach_NameTheAveragesFirst()
    {
        using var other = new DcganGenerator(16, latentSize: 4, width: 2);
        using var third = new DcganGenerator(16, latentSize: 4, width: 2);
        PyTorchFile.Save(FilePath, new PyTorchDict { ["netG_A"] = _raw, ["netG_B"] = other, ["netG_A_ema"] = _average, ["netG_B_ema"] = third });
        using var target = new DcganGenerator(16, latentSize: 4, width: 2);

        var message = Assert.Throws<StateDictMismatchException>(() => target.LoadWeights(FilePath)).Message;
        var factory = Assert.Throws<StateDictMismatchException>(() => GeneratorFactory.FromCheckpoint(FilePath)).Message;

        Assert.Contains("There are: 'netG_A_ema' (", message, StringComparison.Ordinal);
        Assert.Contains("fits 'netG_A_ema' (", message, StringComparison.Ordinal);
        Assert.Contains("Key = \"netG_A_ema\"", message, StringComparison.Ordinal);
        Assert.DoesNotContain("fits 'netG_A'", message, StringComparison.Ordinal);
        Assert.Contains("Key = \"netG_A_ema\"", factory, StringComparison.Ordinal);
    }

    [Fact]
    public void AnAverageOfOneOfTwoNetworks_DoesNotDecideBetweenThem()
    {
        using var other = new DcganGenerator(16, latentSize: 4, width: 2);
        PyTorchFile.Save(FilePath, new PyTorchDict { ["netG_A"] = _raw, ["netG_B"] = other, ["netG_A_ema"] = _average });
        using var target = new DcganGenerator(16, latentSize: 4, width: 2);

        foreach (var _ in new[] { 1, 2 })
        {
            Assert.Throws<StateDictMismatchException>(() => target.LoadWeights(FilePath));
            Assert.Throws<StateDictMismatchException>(() => GeneratorFactory.FromCheckpoint(FilePath));
            PyTorchFile.Save(FilePath, new PyTorchDict { ["netG_B"] = other, ["netG_A_ema"] = _average });
        }
    }

    [Fact]
    public void Key_OfTheRawWeights_IsObeyed()
    {
        PyTorchFile.Save(FilePath, new PyTorchDict { ["g"] = _raw, ["g_ema"] = _average });
        using var target = new DcganGenerator(16, latentSize: 4, width: 2);

        target.LoadWeights(FilePath, new() { Key = "g" }, out var report);

        Assert.All(_raw.state_dict(), entry => TensorAssert.Equal(entry.Value, target.state_dict()[entry.Key]));
        Assert.False(report.IsAverage);
    }
}
