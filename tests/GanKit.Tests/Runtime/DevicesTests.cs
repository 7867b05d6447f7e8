namespace GanKit.Tests.Runtime;

public class DevicesTests
{
    [Theory]
    [InlineData("cpu", 2, DeviceType.CPU, -1)]
    [InlineData(" CPU ", 0, DeviceType.CPU, -1)]
    [InlineData("auto", 0, DeviceType.CPU, -1)]
    [InlineData("auto", 1, DeviceType.CUDA, 0)]
    [InlineData("cuda", 2, DeviceType.CUDA, 0)]
    [InlineData("Cuda:1", 2, DeviceType.CUDA, 1)]
    public void Resolve_DeviceThatIsThere_ReturnsIt(string text, int cudaCount, DeviceType type, int index)
    {
        var device = Devices.Resolve(text, cudaCount, hasMps: false);

        Assert.Equal(type, device.type);
        Assert.Equal(index, device.index);
    }

    [Fact]
    public void Resolve_Mps_OnlyWhereItIs()
    {
        Assert.Equal(DeviceType.MPS, Devices.Resolve("mps", 0, hasMps: true).type);
        Assert.Equal(DeviceType.CPU, Devices.Resolve("auto", 0, hasMps: true).type);
        Assert.Contains(
            "Available: cpu", Assert.Throws<ArgumentException>(() => Devices.Resolve("mps", 0, hasMps: false)).Message);
    }

    [Theory]
    [InlineData("cuda")]
    [InlineData("cuda:0")]
    public void Resolve_CudaWithoutGpu_SaysWhatItTakes(string text)
    {
        var exception = Assert.Throws<ArgumentException>(() => Devices.Resolve(text, 0, hasMps: false));

        Assert.Contains($"'{text}'", exception.Message);
        Assert.Contains("TorchSharp-cuda-linux", exception.Message);
        Assert.Contains("Available: cpu", exception.Message);
    }

    [Fact]
    public void Resolve_CudaIndexBeyondTheLast_ListsThoseThere()
    {
        var exception = Assert.Throws<ArgumentException>(() => Devices.Resolve("cuda:2", 2, hasMps: false));

        Assert.Contains("Available: cpu, cuda:0, cuda:1", exception.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:one")]
    [InlineData("cpu:0")]
    public void Parse_NoDevice_SaysWhatIsAllowed(string text)
    {
        var exception = Assert.Throws<ArgumentException>(() => Devices.Parse(text));

        Assert.Contains($"'{text}' is no device", exception.Message);
        Assert.Contains("auto, cpu, cuda, cuda:N", exception.Message);
    }

    [Fact]
    public void Parse_Null_Throws() => Assert.Throws<ArgumentNullException>(() => Devices.Parse(null!));

    [Fact]
    public void Best_IsOneOfTheAvailable()
    {
        var available = Devices.Available.Select(device => device.ToString()).ToArray();

        Assert.Equal("cpu", available[0]);
        Assert.Contains(Devices.Best.ToString(), available);
        Assert.Equal(Devices.Best.ToString(), Devices.Parse("auto").ToString());
    }

    [Fact]
    public void Parse_EachAvailableName_ReadsItBack() => Assert.All(
        Devices.Available, device => Assert.Equal(device.ToString(), Devices.Parse(device.ToString()).ToString()));

    [Fact]
    public void BenchmarkConvolutions_IsOffByDefaultAndKeepsWhatIsSet()
    {
        Assert.False(Devices.BenchmarkConvolutions);
        try
        {
            Devices.BenchmarkConvolutions = true;
            Assert.True(Devices.BenchmarkConvolutions);
        }
        finally
        {
            Devices.BenchmarkConvolutions = false;
        }

        Assert.False(Devices.BenchmarkConvolutions);
    }
}
