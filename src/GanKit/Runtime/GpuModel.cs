namespace GanKit;

/// <summary>The product names of NVIDIA GPUs, which TorchSharp has no call for.</summary>
internal static class GpuModel
{
    private const string DriverFolder = "/proc/driver/nvidia/gpus";

    /// <summary>As the Linux driver lists them, in the order of their bus addresses; elsewhere empty.</summary>
    internal static IReadOnlyList<string> All => InFolder(DriverFolder);

    internal static IReadOnlyList<string> InFolder(string folder)
    {
        try
        {
            return !Directory.Exists(folder) ? [] :
            [
                .. Directory.GetDirectories(folder).Order(StringComparer.Ordinal)
                    .SelectMany(gpu => File.ReadLines(Path.Combine(gpu, "information")))
                    .Where(line => line.StartsWith("Model:", StringComparison.Ordinal))
                    .Select(line => line["Model:".Length..].Trim()),
            ];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Names are a courtesy: containers may hide them.
            return [];
        }
    }
}
