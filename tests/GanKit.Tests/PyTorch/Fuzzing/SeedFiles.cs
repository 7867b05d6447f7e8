namespace GanKit.Tests.PyTorch;

/// <summary>Sound files of every format to begin with.</summary>
internal static class SeedFiles
{
    private const int LargestBytes = 40_000;

    internal static IReadOnlyList<byte[]> All()
    {
        var folder = Path.Combine(Repository.Root, "tests", "GanKit.Tests", "PyTorchParity");
        var real = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetExtension(path) is ".pth" or ".pt" or ".pkl" or ".safetensors")
            .Order(StringComparer.Ordinal)
            .Select(File.ReadAllBytes)
            .Where(bytes => bytes.Length < LargestBytes);
        return [.. real, TorchSharps()];
    }

    private static byte[] TorchSharps()
    {
        using var network = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2));
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        network.save(writer);
        return stream.ToArray();
    }
}
