using System.Net;

namespace GanKit.Tests.Data.Sets;

/// <summary>Answers HTTP requests without a network.</summary>
internal sealed class FakeServer(Func<Uri, HttpContent?> answer) : HttpMessageHandler
{
    public List<Uri> Requests { get; } = [];

    public static FakeServer Offline { get; } = new(_ => throw new HttpRequestException("No such host is known."));

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Add(request.RequestUri!);
        return answer(request.RequestUri!) is { } content
            ? new(HttpStatusCode.OK) { Content = content }
            : new(HttpStatusCode.NotFound);
    }

    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromResult(Send(request, cancellationToken));
}
