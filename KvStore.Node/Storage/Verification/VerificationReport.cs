namespace KvStore.Node.Storage.Verification;

/// <summary>What a verification read, found, and means.</summary>
/// <param name="Directory">The data directory.</param>
/// <param name="Owner">Whose it is; null when that cannot be read.</param>
/// <param name="Parts">In the order in which they were read.</param>
/// <param name="Refusal">Why the member would not start from it; null if it would.</param>
internal sealed record VerificationReport(string Directory, string? Owner, IReadOnlyList<VerifiedPart> Parts, string? Refusal)
{
    public bool IsHealthy => Refusal is null && Parts.All(part => !part.IsDamaged);

    /// <summary>For a person.</summary>
    public IEnumerable<string> Lines()
    {
        yield return $"{Directory}{(Owner is null ? "" : $" of {Owner}")}";
        int width = Parts.Count == 0 ? 0 : Parts.Max(part => part.Name.Length);
        foreach (VerifiedPart part in Parts)
        {
            yield return $"  {part.Name.PadRight(width)}  {(part.IsDamaged ? "DAMAGED  " : "")}{part.Finding}";
        }

        yield return Verdict();
    }

    private string Verdict()
    {
        if (Refusal is not null)
        {
            return $"Damaged: the member would not start. {Refusal}";
        }

        return IsHealthy
            ? "Healthy: everything that was read is as it was written."
            : "Damaged, and nothing is lost: what is damaged is there a second time, and the member starts from that and writes it anew. "
              + "Check the disk, and start the member or replace the disk soon.";
    }
}
