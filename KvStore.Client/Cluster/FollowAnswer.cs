namespace KvStore.Client;

/// <summary>The answer to an operation that was followed.</summary>
/// <param name="Done">Whether it was answered as asked; a read that finds nothing is.</param>
/// <param name="IsUnknown">Whether it may or may not have been applied.</param>
/// <param name="Text">Why it was not done, or that there is no value; for people, and empty where there is nothing to say.</param>
/// <param name="Version">Of what was read or written; empty where there is none.</param>
/// <param name="ValueLength">Bytes of the value.</param>
public sealed record FollowAnswer(bool Done, bool IsUnknown, string Text, string Version, long ValueLength);
