/** The licence that each file of the registry carries in its header: it asks for its text beside what is made from them. */
const LICENCE = `Redistribution and use in source and binary forms, with or without modification, are permitted provided that the following conditions are met:

1. Redistributions of source code must retain the above copyright notice, this list of conditions and the following disclaimer.
2. Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following disclaimer in the documentation and/or other materials provided with the distribution.
3. Neither the name of the copyright holder nor the names of its contributors may be used to endorse or promote products derived from this software without specific prior written permission.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.`;

const ascii = (line) =>
  line
    .replace(/\s+/g, ' ')
    .replace(/\s*--?>?$/, '')
    .replace(/[.,]?$/, '')
    .trim();

/**
 * The text of `NOTICE.md`.
 * @param {{ snapshot: string, counts: Record<string, number>, copyrights: Set<string> }} facts
 */
export function notice({ snapshot, counts, copyrights }) {
  const holders = [...new Set([...copyrights].map(ascii))].sort((a, b) => a.localeCompare(b));
  return `# Object definitions: where they come from

\`objects.json\` is made by \`test/generate/registry.mjs\` from the public registry of LwM2M objects, <https://github.com/OpenMobileAlliance/lwm2m-registry>. It holds facts only (IDs, names, operations, types, multiplicity, ranges, units) and none of the registry's prose. Nobody named below endorses this product.

- Snapshot: ${snapshot}
- ${counts.objects} objects in ${counts.versions} versions with ${counts.resources} resources, and ${counts.common} reusable resources; the registry's index has ${counts.indexEntries} entries.
- Units: SenML's (RFC 8428, RFC 8798, IANA's SenML units registry) and those the registry adds.

The registry's files come under the BSD 3-Clause licence, with these notices:

${holders.map((line) => `- ${line}`).join('\n')}

${LICENCE}
`;
}
