using System.Buffers;

namespace Grpc.Core;

/// <summary>Where a serializer puts a message: either one call of Complete with an array, or the buffer writer and then Complete.</summary>
public abstract class SerializationContext
{
    /// <summary>The message is this array, which the transport owns from now on.</summary>
    public virtual void Complete(byte[] payload) => throw new NotImplementedException();

    /// <summary>A buffer to write the message to.</summary>
    public virtual IBufferWriter<byte> GetBufferWriter() => throw new NotImplementedException();

    /// <summary>Tells the length before writing, so that the transport can size its buffer; then exactly that much must be written.</summary>
    public virtual void SetPayloadLength(int payloadLength)
    {
    }

    /// <summary>The message has been written to the buffer.</summary>
    public virtual void Complete() => throw new NotImplementedException();
}
