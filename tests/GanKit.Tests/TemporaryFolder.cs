namespace GanKit.Tests;

/// <summary>A folder of its own for a test, deleted after it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gankit-test-");

    internal string Path => _folder.FullName;

    internal string File(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([_folder.FullName, .. parts]);

    internal IEnumerable<string> FileNames() =>
        _folder.EnumerateFiles("*", SearchOption.AllDirectories).Select(file => file.Name).Order(StringComparer.Ordinal);

    public void Dispose() => _folder.Delete(recursive: true);
}
