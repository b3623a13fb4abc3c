using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Desk.Messaging;
using Desk.ServiceDefaults;
using Desk.ServiceDefaults.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Desk.Intake.Requests;

/// <summary>What a POST made, or why not. Version is the ticket's, for the <c>ETag</c>.</summary>
internal sealed record Posted<T>(T? Value, string? Location, long? Version, ProblemHttpResult? Refused) where T : class
{
    public static implicit operator Posted<T>(ProblemHttpResult refused) => new(null, null, null, refused);
}

internal static class Posted
{
    public static Posted<T> At<T>(string location, T value, long? version = null) where T : class => new(value, location, version, null);
}

/// <summary>
/// Runs what a POST does: in one transaction, once for an <c>Idempotency-Key</c>, answered after the commit. A refusal is rolled back and not
/// kept: the same key may be tried again.
/// </summary>
internal sealed class Posting(NpgsqlDataSource database, IdempotentRequests requests)
{
    private const int LongestKey = 255;

    public async Task<IResult> RunAsync<T>(
        HttpContext http, Caller caller, ReadOnlyMemory<byte> body, Func<NpgsqlTransaction, CancellationToken, Task<Posted<T>>> effect) where T : class
    {
        var key = http.Request.Headers["Idempotency-Key"].ToString();
        if (key.Length > LongestKey || key.Any(c => c is < '!' or > '~'))
            return Problems.Invalid("idempotency.invalid", $"An Idempotency-Key has at most {LongestKey} printable characters, without spaces.");

        var cancellation = http.RequestAborted;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        try
        {
            if (key.Length > 0 && await requests.ClaimAsync(transaction, caller.Id, key, Fingerprint(http.Request, body), cancellation) is { } kept)
                return new Written(kept.Status, Encoding.UTF8.GetBytes(kept.Body), kept.Location, kept.ETag);
        }
        catch (KeyReusedException reused)
        {
            return Problems.Conflict("idempotency.reused", reused.Message);
        }

        var posted = await effect(transaction, cancellation);
        if (posted.Refused is { } refused)
            return refused;
        var json = JsonSerializer.SerializeToUtf8Bytes(posted.Value!, typeof(T), IntakeJson.Written);
        var etag = posted.Version is { } version ? ETags.Of(version) : null;
        if (key.Length > 0)
        {
            await requests.KeepAsync(
                transaction, caller.Id, key, new KeptAnswer(StatusCodes.Status201Created, Encoding.UTF8.GetString(json), posted.Location, etag), cancellation);
        }
        // Past this point a client that hangs up must not undo what it may have seen acknowledged.
        await transaction.CommitAsync(CancellationToken.None);
        return new Written(StatusCodes.Status201Created, json, posted.Location, etag);
    }

    private static string Fingerprint(HttpRequest request, ReadOnlyMemory<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}\n"));
        hash.AppendData(body.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>JSON that is written already: the same bytes go to the client and into the kept answer.</summary>
    private sealed class Written(int status, byte[] json, string? location, string? etag) : IResult
    {
        public Task ExecuteAsync(HttpContext http)
        {
            http.Response.StatusCode = status;
            http.Response.ContentType = "application/json; charset=utf-8";
            http.Response.ContentLength = json.Length;
            if (location is not null) http.Response.Headers.Location = location;
            if (etag is not null) http.Response.Headers.ETag = etag;
            return http.Response.Body.WriteAsync(json, 0, json.Length);
        }
    }
}

internal static class ETags
{
    public static string Of(long version) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>True when the caller says which version they saw and it is not this one.</summary>
    public static bool IsStale(HttpRequest request, long version)
        => request.Headers.IfMatch.ToString() is { Length: > 0 } seen and not "*"
            && !seen.Split(',').Any(tag => tag.Trim() == Of(version));
}
