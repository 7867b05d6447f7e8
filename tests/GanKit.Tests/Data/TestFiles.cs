using SkiaSharp;

namespace GanKit.Tests.Data;

/// <summary>Files for data sets to read.</summary>
internal static class TestFiles
{
    /// <summary>Writes bytes to a file, and makes the folders it lies in.</summary>
    public static string Write(this TemporaryFolder folder, string name, byte[] bytes)
    {
        var path = folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>Writes a PNG file of one grey.</summary>
    public static string WriteImage(this TemporaryFolder folder, string name, byte grey, int width = 8, int height = 8)
    {
        using var bitmap = new SKBitmap(width, height);
        bitmap.Erase(new SKColor(grey, grey, grey));
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return folder.Write(name, data.ToArray());
    }
}
