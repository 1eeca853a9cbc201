using KvStore.Node.Registers;

namespace KvStore.Node.Coordination;

/// <summary>What is to be done about a key of which every replica was asked. Pure.</summary>
/// <param name="Record">To be taught.</param>
/// <param name="Pupils">To whom, as bits.</param>
/// <param name="Highest">The highest ballot seen.</param>
internal readonly record struct RepairPlan(RepairVerdict Verdict, RegisterRecord Record, uint Pupils, Ballot Highest)
{
    /// <param name="floor">The highest floor among the reports.</param>
    public static RepairPlan Of(ReadQuorum reports, Ballot floor, ProtocolSettings protocol)
    {
        RegisterRecord highest = reports.Highest();
        RepairPlan plan = new(RepairVerdict.Unsettled, RegisterRecord.Absent, 0, highest.Ballot);
        if (!reports.Owners.HasMajority(reports.Answered))
        {
            return plan;
        }

        if (protocol.Has(ProtocolFlaw.UnchosenRepaired))
        {
            return plan with { Verdict = RepairVerdict.Teach, Record = highest, Pupils = reports.Below(highest) };
        }

        if (!reports.TryAgree(out RegisterRecord agreed))
        {
            return plan with { Verdict = IsPurged(highest, floor) ? RepairVerdict.Alike : RepairVerdict.Round };
        }

        if (highest.Ballot > agreed.Ballot)
        {
            return plan with { Verdict = agreed.IsAbsent && IsPurged(highest, floor) ? RepairVerdict.Alike : RepairVerdict.Round };
        }

        uint below = agreed.IsAbsent ? 0 : reports.Below(agreed);
        return plan with { Verdict = below == 0 ? RepairVerdict.Alike : RepairVerdict.Teach, Record = agreed, Pupils = below };
    }

    /// <summary>A tombstone that some replicas have purged: the rest of them will, and nothing else is to be done.</summary>
    private static bool IsPurged(in RegisterRecord highest, Ballot floor) =>
        highest.State is { Kind: RegisterKind.Tombstone } && highest.Ballot <= floor;
}
