using System.Net;

namespace Desk.Bench.Load;

/// <summary>
/// Asks again, for half a minute, what a desk that is just starting (or one of whose services is) could not answer: the gateway's 502 to 504, and 404 for a
/// ticket whose work has not come yet. The same Idempotency-Key each time, so that what was done after all is not done twice.
/// </summary>
internal sealed class Patient() : DelegatingHandler(new SocketsHttpHandler())
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private const int MostTries = 30;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method == HttpMethod.Post)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", Guid.CreateVersion7().ToString());
        for (var tries = 1; ; tries++)
        {
            try
            {
                var answer = await base.SendAsync(request, cancellationToken);
                if (tries == MostTries || answer.StatusCode is not (HttpStatusCode.NotFound or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout))
                    return answer;
                answer.Dispose();
            }
            catch (HttpRequestException) when (tries < MostTries)
            {
                // The gateway itself is starting.
            }
            await Task.Delay(Pause, cancellationToken);
        }
    }
}
