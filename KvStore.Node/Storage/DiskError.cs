namespace KvStore.Node.Storage;

/// <summary>Which exceptions are a disk's, and what they say.</summary>
internal static class DiskError
{
    // Linux's ENOSPC and EDQUOT, which .NET gives as they are, and ENOSPC as it gives it for a failed preallocation.
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;
    private const int DiskFull = unchecked((int)0x80070070);

    public static bool Is(Exception exception) => exception is IOException or UnauthorizedAccessException;

    public static bool IsDiskFull(Exception exception) => exception is IOException { HResult: NoSpace or QuotaExceeded or DiskFull };

    /// <summary>What a full disk says.</summary>
    public static IOException NoSpaceLeft() => new("No space left on device", NoSpace);
}
