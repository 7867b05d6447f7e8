using SkiaSharp;

namespace GanKit.Tests.Data;

/// <summary>A folder that is gone after the test.</summary>
sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("gankit-").FullName;

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Writes bytes to a file, and makes the folders it lies in.</summary>
    public string Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name], bytes);
        return this[name];
    }

    /// <summary>Writes a PNG file of one grey.</summary>
    public string WriteImage(string name, byte grey, int width = 8, int height = 8)
    {
        using var bitmap = new SKBitmap(width, height);
        bitmap.Erase(new SKColor(grey, grey, grey));
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return Write(name, data.ToArray());
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
