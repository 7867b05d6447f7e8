namespace GanKit.Data;

/// <summary>How far a download is.</summary>
/// <param name="File">The name of the file.</param>
/// <param name="BytesDone">Bytes received.</param>
/// <param name="BytesTotal">Bytes in all, where the server says so.</param>
public readonly record struct DownloadProgress(string File, long BytesDone, long? BytesTotal);
