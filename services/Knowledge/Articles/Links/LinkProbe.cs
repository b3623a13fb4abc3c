using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Desk.Knowledge.Articles.Links;

/// <summary>What became of asking for a page. Gone: it says so itself. Away: it did not answer, which may pass. Refused: not asked for.</summary>
internal enum LinkAnswer { There, Gone, Away, Refused }

/// <summary>
/// Asks whether a page elsewhere is there: its head, or the beginning of it, and nothing more. Only by http and https at their own ports, only at
/// addresses that are public once they are looked up, also after each redirection; nothing of ours goes with it.
/// </summary>
internal sealed class LinkProbe : IDisposable
{
    private const int MostRedirections = 5;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private readonly HttpClient _client;

    public LinkProbe() : this(PublicAddress.Is, onlyOwnPorts: true)
    {
    }

    /// <summary>For tests, whose pages are within.</summary>
    internal LinkProbe(Func<IPAddress, bool> isAllowed, bool onlyOwnPorts)
    {
        OnlyOwnPorts = onlyOwnPorts;
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            MaxResponseHeadersLength = 32,
            PooledConnectionLifetime = TimeSpan.FromSeconds(30),
            // Looked up once, here, and connected to as it was found: a name cannot answer one thing to the check and another to the call.
            ConnectCallback = async (context, cancellation) =>
            {
                var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellation);
                if (addresses.Length == 0 || !addresses.All(isAllowed))
                    throw new PrivateAddressException();
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellation);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        })
        { Timeout = Longest };
    }

    private bool OnlyOwnPorts { get; }

    public async Task<LinkAnswer> AskAsync(string url, CancellationToken cancellation)
    {
        for (var redirections = 0; redirections <= MostRedirections; redirections++)
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var page) || page.Scheme is not ("http" or "https") || page.UserInfo.Length > 0 || (OnlyOwnPorts && !page.IsDefaultPort))
                return LinkAnswer.Refused;
            try
            {
                var (status, next) = await StatusAsync(HttpMethod.Head, page, cancellation);
                // Some pages know nothing of heads.
                if (status is HttpStatusCode.NotFound or HttpStatusCode.Forbidden or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented or >= HttpStatusCode.InternalServerError)
                    (status, next) = await StatusAsync(HttpMethod.Get, page, cancellation);
                if ((int)status is >= 300 and < 400 && next is not null)
                {
                    url = new Uri(page, next).AbsoluteUri;
                    continue;
                }
                // One that wants its reader to sign in is there.
                return status is HttpStatusCode.NotFound or HttpStatusCode.Gone ? LinkAnswer.Gone : status >= HttpStatusCode.InternalServerError ? LinkAnswer.Away : LinkAnswer.There;
            }
            catch (HttpRequestException failed) when (IsPrivate(failed))
            {
                return LinkAnswer.Refused;
            }
            catch (Exception failed) when (failed is HttpRequestException or IOException or UriFormatException || (failed is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                return LinkAnswer.Away;
            }
        }
        return LinkAnswer.Away;
    }

    private async Task<(HttpStatusCode Status, Uri? Next)> StatusAsync(HttpMethod method, Uri page, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, page) { Headers = { UserAgent = { new ProductInfoHeaderValue("Desk-links", "1.0") }, ConnectionClose = true } };
        using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        return (answer.StatusCode, answer.Headers.Location);
    }

    private static bool IsPrivate(Exception? failed) => failed is not null && (failed is PrivateAddressException || IsPrivate(failed.InnerException));

    public void Dispose() => _client.Dispose();

    private sealed class PrivateAddressException() : IOException("The address is not public.");
}
