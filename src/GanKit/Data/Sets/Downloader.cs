using System.Security.Cryptography;

namespace GanKit.Data;

/// <summary>Fetches files over HTTP, so that each is whole and right, or not there at all.</summary>
internal sealed class Downloader(
    HttpMessageHandler handler, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
{
    // How long a server may say nothing.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Fetches a file from the first of several servers that has it.</summary>
    /// <param name="servers">Addresses that end in a slash.</param>
    /// <param name="name">The file's name there and here.</param>
    /// <param name="md5">Its MD5 checksum in lower-case hexadecimal.</param>
    /// <param name="folder">Where to put it; made where it is missing.</param>
    /// <exception cref="HttpRequestException">No server could be reached or had it.</exception>
    /// <exception cref="InvalidDataException">The received file has another checksum.</exception>
    internal async Task FetchAsync(IEnumerable<Uri> servers, string name, string md5, string folder)
    {
        Exception? first = null;
        foreach (var server in servers)
        {
            try
            {
                await AtomicFile.WriteAsync(
                    Path.Combine(folder, name), file => CopyAsync(new Uri(server, name), name, md5, file)).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (e is HttpRequestException or HttpIOException or InvalidDataException
                || e is OperationCanceledException && !cancellation.IsCancellationRequested)
            {
                first ??= e;
            }
        }

        throw first switch
        {
            InvalidDataException wrong => wrong,
            _ => new HttpRequestException($"{name} could not be downloaded: {first?.Message}", first),
        };
    }

    private async Task CopyAsync(Uri address, string name, string md5, Stream file)
    {
        using var client = new HttpClient(handler, disposeHandler: false) { Timeout = Patience };
        using var response = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();

        using var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation); // The client's own ends with the headers.
        var total = response.Content.Headers.ContentLength;
        long done = 0;
        var buffer = new byte[1 << 17];
        while (true)
        {
            patience.CancelAfter(Patience);
            var read = await body.ReadAsync(buffer, patience.Token).ConfigureAwait(false);
            if (read == 0)
                break;
            await file.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
            hash.AppendData(buffer, 0, read);
            progress?.Report(new(name, done += read, total));
        }

        var sum = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (sum != md5)
        {
            throw new InvalidDataException(
                $"{address} gave {done} bytes with the MD5 checksum {sum}, but that of {name} is {md5}. Nothing was kept.");
        }
    }
}
