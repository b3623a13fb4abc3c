using System.Buffers;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace Desk.Intake.Requests;

/// <summary>
/// A JSON body, with its bytes: an <c>Idempotency-Key</c> is held against them. What cannot be read is a fault of a field like any other, so
/// that a client gets one kind of answer.
/// </summary>
internal sealed record Body<T>(T? Value, ReadOnlyMemory<byte> Bytes, Faults Faults) : IEndpointParameterMetadataProvider where T : class
{
    public static async ValueTask<Body<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        _ = parameter;
        if (!context.Request.HasJsonContentType())
            throw new BadHttpRequestException("Send the body as application/json.", StatusCodes.Status415UnsupportedMediaType);
        var bytes = await ReadAsync(context);
        var faults = new Faults();
        T? value = null;
        try
        {
            value = JsonSerializer.Deserialize(bytes.Span, typeof(T), IntakeJson.Default) as T;
            if (value is null)
                faults.Add("body", "Send a JSON object.");
        }
        catch (JsonException unreadable) when (unreadable.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal))
        {
            faults.Add(path[2..], $"{path[2..]} is not of the kind that is expected there.");
        }
        catch (JsonException)
        {
            faults.Add("body", "The body is not JSON.");
        }
        return new Body<T>(value, bytes, faults);
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
        => builder.Metadata.Add(new AcceptsMetadata(["application/json"], typeof(T)));

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } most)
            most.MaxRequestBodySize = Limits.RequestBytes;
        var buffer = new ArrayBufferWriter<byte>((int)Math.Clamp(context.Request.ContentLength ?? 4096, 256, Limits.RequestBytes));
        while (true)
        {
            var read = await context.Request.BodyReader.ReadAsync(context.RequestAborted);
            foreach (var segment in read.Buffer)
                buffer.Write(segment.Span);
            context.Request.BodyReader.AdvanceTo(read.Buffer.End);
            if (buffer.WrittenCount > Limits.RequestBytes)
                throw new BadHttpRequestException("The request is larger than 36 MB.", StatusCodes.Status413PayloadTooLarge);
            if (read.IsCompleted)
                return buffer.WrittenMemory;
        }
    }
}
