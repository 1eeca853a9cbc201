using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace KvStore.Node.FrontEnds.Http;

/// <summary>Reads a request's body as a value, never more of it than a value may have.</summary>
internal static class ValueBody
{
    private const int FirstBufferLength = 16 * 1024;

    /// <returns>The value, whole; or a failure, and then the rest of the body is unread.</returns>
    public static async ValueTask<(byte[] Value, RequestFailure? Failure)> ReadAsync(
        HttpRequest request, RequestRules rules, CancellationToken cancellationToken)
    {
        if (request.ContentLength is not { } length)
        {
            return await ReadToEndAsync(request.Body, rules, cancellationToken);
        }

        if (rules.CheckValue(length) is { } failure)
        {
            return ([], failure);
        }

        byte[] value = GC.AllocateUninitializedArray<byte>((int)length);
        await request.Body.ReadExactlyAsync(value, cancellationToken);
        return (value, null);
    }

    private static async ValueTask<(byte[] Value, RequestFailure? Failure)> ReadToEndAsync(
        Stream body, RequestRules rules, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Math.Min(FirstBufferLength, rules.ValueBytesMax + 1));
        int filled = 0;
        try
        {
            while (filled <= rules.ValueBytesMax)
            {
                if (filled == buffer.Length)
                {
                    byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Min(2 * filled, rules.ValueBytesMax + 1));
                    buffer.AsSpan(0, filled).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }

                int read = await body.ReadAsync(buffer.AsMemory(filled), cancellationToken);
                if (read == 0)
                {
                    return (buffer.AsSpan(0, filled).ToArray(), null);
                }

                filled += read;
            }

            return ([], rules.ValueTooLarge());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
